using System.Diagnostics;
using System.Globalization;
using SuperMail.Dispatch.Testing;

// A mailing is sent by a process that is killed in the middle (SIGKILL: nothing can be closed or saved). Another one
// starts on the same ledger and finishes. In the end: what the server took, against what the ledger says.
if (args is ["send", var port, var file])
{
    return await Sender.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), file);
}

const int killAfter = Sender.Recipients / 3;
var folder = Directory.CreateTempSubdirectory("supermail-resume-");
try
{
    await using var server = SmtpTestServer.Start(options => options.KeepLog = false);
    var ledger = Path.Combine(folder.FullName, "mailings.db");

    Console.WriteLine($"1st process: sends to {Sender.Recipients} recipients");
    using (var first = Start(server.Port, ledger))
    {
        await server.WaitForMessagesAsync(killAfter);
        first.Kill();
        await first.WaitForExitAsync();
    }

    await server.WaitForIdleAsync();
    var before = Taken(server);
    Console.WriteLine($"             killed: the server had taken {before.Count} messages");

    Console.WriteLine("2nd process: starts on the same ledger and goes on by itself");
    using var second = Start(server.Port, ledger);
    var report = (await second.StandardOutput.ReadToEndAsync()).TrimEnd();
    await second.WaitForExitAsync();
    Console.WriteLine(report);

    await server.WaitForIdleAsync();
    var all = server.Messages.SelectMany(message => message.Recipients).ToList();
    var twice = all.Count - all.Distinct().Count();
    Console.WriteLine($"server:      {before.Count} messages before the kill and {all.Count - before.Count} after it, {twice} to somebody who had one");
    return second.ExitCode != 0 || twice > 0 ? 1 : 0;
}
finally
{
    folder.Delete(recursive: true);
}

static HashSet<string> Taken(SmtpTestServer server) => [.. server.Messages.SelectMany(message => message.Recipients)];

// This program again, in a process of its own.
static Process Start(int port, string ledger)
{
    string[] self = Path.GetFileNameWithoutExtension(Environment.ProcessPath!) is "dotnet" ? ["exec", Environment.GetCommandLineArgs()[0]] : [];
    return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. self, "send", port.ToString(CultureInfo.InvariantCulture), ledger]) { RedirectStandardOutput = true })!;
}
