using SuperMail.Dispatch.CrashTests;
using SuperMail.Dispatch.CrashTests.Judge;
using SuperMail.Dispatch.CrashTests.Sender;
using SuperMail.Dispatch.CrashTests.Sink;

// One executable, three roles: the judge starts the other two from its own file.
try
{
    return args switch
    {
        [SinkProgram.Verb, .. var rest] => SinkProgram.Run(CrashOptions.Parse(rest)),
        [SenderProgram.Verb, .. var rest] => await SenderProgram.RunAsync(CrashOptions.Parse(rest)),
        _ when CrashOptions.Parse(args) is { FaultPoints: true } options => await FaultPointRun.RunAsync(options),
        _ => await KillRun.RunAsync(CrashOptions.Parse(args)),
    };
}
catch (ArgumentException fault)
{
    Console.Error.WriteLine(fault.Message);
    Console.Error.WriteLine(CrashOptions.Usage);
    return 2;
}
