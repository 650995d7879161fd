using SuperMail.Dispatch.RealServers.Tests.Servers;

namespace SuperMail.Dispatch.Comparison;

/// <summary>The library, as this program's verb <c>send</c>.</summary>
internal sealed class LibrarySender(string name = "SuperMail.Dispatch") : ProgramSender
{
    public override string Name => name;

    protected override ValueTask<IReadOnlyList<string>> CommandAsync() => new([.. ChildProcess.Self, LibraryProgram.Verb]);
}

/// <summary>The platform's own client, as this program's verb <c>system-net-mail</c>.</summary>
internal sealed class SystemNetMailSender : ProgramSender
{
    public override string Name => "System.Net.Mail";

    protected override ValueTask<IReadOnlyList<string>> CommandAsync() => new([.. ChildProcess.Self, SystemNetMailProgram.Verb]);
}

/// <summary>nodemailer with its pool, from npm.</summary>
internal sealed class NodemailerSender : ProgramSender
{
    private const string Version = "10.6.0";

    public override string Name => "nodemailer";

    private static string Folder => Path.Combine(Checkout.Artifacts, "peers");

    public override Task<string?> FindMissingAsync() => Task.FromResult(
        Tool.FindPath("node") is null ? "node is not installed (Debian packages nodejs and npm)"
        : !Directory.Exists(Path.Combine(Folder, "node_modules", "nodemailer"))
            ? $"nodemailer is not installed: npm install --prefix {Checkout.Relative(Folder)} nodemailer@{Version}"
        : null);

    protected override ValueTask<IReadOnlyList<string>> CommandAsync() => new(["node", Checkout.Peer("nodemailer.mjs"), Folder]);
}

/// <summary>aiosmtplib, from Debian or from PyPI.</summary>
internal sealed class AiosmtplibSender : ProgramSender
{
    private string? _python;

    public override string Name => "aiosmtplib";

    public override async Task<string?> FindMissingAsync() =>
        await FindPythonAsync() is null ? "aiosmtplib is not installed (Debian package python3-aiosmtplib, or: pip install aiosmtplib)" : null;

    protected override async ValueTask<IReadOnlyList<string>> CommandAsync() => [(await FindPythonAsync())!, Checkout.Peer("aiosmtplib_peer.py")];

    // The first python3 of the path need not be the system's, which has the system's packages.
    private async Task<string?> FindPythonAsync()
    {
        foreach (var python in _python is null ? ["/usr/bin/python3", "python3"] : Array.Empty<string>())
        {
            try
            {
                await ChildProcess.RunAsync(python, ["-c", "import aiosmtplib"]);
                return _python = python;
            }
            catch (Exception fault) when (fault is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // The next one may have it.
            }
        }

        return _python;
    }
}

/// <summary>
/// Postfix's load generator: C, one message for all, personalises nothing and never reconnects. Fed a message that the
/// library composed, in a file with LF line ends, since it ends every line itself.
/// </summary>
internal sealed class SmtpSourceSender(string file) : Sender
{
    public override string Name => "smtp-source";

    public override Task<string?> FindMissingAsync() => Task.FromResult(
        Tool.FindPath("smtp-source") is null ? "smtp-source is not installed (Debian package postfix; no mail system need be set up)" : null);

    public override async Task<Measurement> SendAsync(Job job)
    {
        var (_, elapsed, cpu) = await ChildProcess.RunAsync(
            "smtp-source",
            ["-s", $"{job.Connections}", "-m", $"{job.Messages}", "-d", "-F", file, "-f", Job.From, "-t", "reader@private.test", $"127.0.0.1:{job.Port}"]);
        var figures = new MailingFigures(elapsed.TotalSeconds, cpu.TotalSeconds);
        return new Measurement(job.Messages, figures, figures, cpu, 1);
    }
}
