using SuperMail.Dispatch.Comparison;

IComparisonCase[] cases =
[
    .. typeof(IComparisonCase).Assembly.GetTypes()
        .Where(static type => type.IsClass && type.IsAssignableTo(typeof(IComparisonCase)))
        .Select(static type => (IComparisonCase)Activator.CreateInstance(type)!)
        .OrderBy(static one => one.Name, StringComparer.Ordinal),
];

// This program starts itself again for what must be a process of its own.
switch (args)
{
    case [LibraryProgram.Verb, LibraryProgram.Sampled]:
        await LibraryProgram.SampleAsync(Job.Read(Console.In));
        return 0;
    case [LibraryProgram.Verb]:
        await LibraryProgram.RunAsync(Job.Read(Console.In));
        return 0;
    case [LargeMailing.EnqueueVerb]:
        await LargeMailing.EnqueueAsync(Job.Read(Console.In));
        return 0;
    case [LargeMailing.ResumeVerb]:
        await LargeMailing.ResumeAsync(Job.Read(Console.In));
        return 0;
    case [SystemNetMailProgram.Verb]:
        await SystemNetMailProgram.RunAsync(Job.Read(Console.In));
        return 0;
    case [EmbeddedSink.Verb, var kind]:
        await EmbeddedSink.ServeAsync(kind == "secured");
        return 0;
    case ["--list"]:
        Console.WriteLine(string.Join('\n', cases.Select(static one => one.Name)));
        return 0;
}

string[] options = [.. args.Where(static arg => arg.StartsWith('-'))];
string[] wanted = [.. args.Except(options)];
if (options.Except(["--quick", "--smoke"]).Concat(wanted.Except(cases.Select(static one => one.Name))).ToArray() is [_, ..] unknown)
{
    Console.Error.WriteLine($"""
        unknown: {string.Join(' ', unknown)}
        usage: dotnet run -c Release --project benchmarks/SuperMail.Dispatch.Comparison -- [--quick | --smoke | --list] [case...]

        Senders side by side in one run, against the same sink. No figure is a target by itself; the ratios are results.
        Without a case, those without a star run.

        {string.Join('\n', cases.Select(static one => $"  {one.Name,-11}{(one.RunsByDefault ? " " : "*")} {one.Purpose}"))}

        exit code: 0 everything arrived, 1 something did not, 2 bad usage
        """);
    return 2;
}

var bench = new Bench(options.Contains("--smoke") ? Scale.Smoke : options.Contains("--quick") ? Scale.Quick : Scale.Full);
foreach (var one in cases.Where(one => wanted.Length == 0 ? one.RunsByDefault : wanted.Contains(one.Name)))
{
    try
    {
        await one.RunAsync(bench);
    }
    catch (NotRunException missing)
    {
        bench.NotRun(one.Name, missing.Message);
    }
    catch (Exception fault)
    {
        // The other cases still have their say.
        bench.Fail($"{one.Name}: {fault}");
    }
}

bench.Conclude();
return bench.HasFailed ? 1 : 0;
