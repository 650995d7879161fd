using System.Globalization;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>
/// A Postfix of one's own on loopback: STARTTLS, PIPELINING, CHUNKING, SMTPUTF8, 8BITMIME, DSN, stock error limits.
/// Any recipient <c>@private.test</c> is delivered to one maildir, save <c>bad-…</c> (550 5.1.1), <c>later-…</c>
/// (450 4.2.0) and <c>full-…</c> (552 5.2.2); a subject with <c>refuse-this-content</c> is refused at the end of data
/// (550 5.7.1); other domains are not relayed (554 5.7.1).
/// </summary>
internal sealed class PostfixServer : IAsyncDisposable
{
    public const string Domain = "private.test";
    public const string HostName = "mail.private.test";

    private const int PortTries = 3;

    private readonly ServerFolder _folder;
    private readonly int _masterId;

    private PostfixServer(ServerFolder folder, int port, int masterId)
    {
        _folder = folder;
        _masterId = masterId;
        Port = port;
        Mail = new Maildir(Path.Combine(folder.Root, "mail", "all"));
        Log = new PostfixLog(Path.Combine(folder.Root, "maillog"), Host, port);
    }

    public string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>The PEM file of the authority that signed the server's certificate (for localhost, 127.0.0.1 and <see cref="HostName"/>).</summary>
    public string AuthorityPath => Path.Combine(_folder.Root, "authority.pem");

    /// <summary>What was delivered.</summary>
    public Maildir Mail { get; }

    /// <summary>What Postfix says about it all.</summary>
    public PostfixLog Log { get; }

    /// <summary>Starts one, where there are Postfix and root; see <see cref="Missing"/>.</summary>
    /// <param name="settings">Lines of main.cf that differ, such as <c>smtpd_discard_ehlo_keywords</c>.</param>
    /// <param name="certificateFor">The only name in its certificate; null = those that it has.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<PostfixServer> StartAsync(
        IReadOnlyDictionary<string, string>? settings = null, string? certificateFor = null, CancellationToken cancellationToken = default)
    {
        var postconf = Tool.RequirePath("postconf");
        if (!Environment.IsPrivilegedProcess)
        {
            throw Missing.Because("Postfix starts as root only.");
        }

        var daemons = (await Tool.RunAsync(postconf, ["-dh", "daemon_directory"], cancellationToken)).Trim();

        for (var attempt = 1; ; attempt++)
        {
            var folder = new ServerFolder("postfix");
            try
            {
                var port = LoopbackPort.FindFree();
                await PrepareAsync(folder, port, settings ?? new Dictionary<string, string>(), certificateFor, cancellationToken);

                // -w: ends when the server is up, which is the signal, and leaves it as leader of a group of its own.
                await Tool.RunAsync(Path.Combine(daemons, "master"), ["-c", Path.Combine(folder.Root, "etc"), "-w"], cancellationToken);
                var masterId = await ReadMasterIdAsync(folder) ?? throw new InvalidOperationException("It left no process id.");
                folder.RecordProcess(masterId, leadsGroup: true);
                return new PostfixServer(folder, port, masterId);
            }
            catch (InvalidOperationException fault)
            {
                var log = Path.Combine(folder.Root, "maillog");
                var text = fault.Message + (File.Exists(log) ? await File.ReadAllTextAsync(log, cancellationToken) : "");
                await AbandonAsync(folder);
                if (attempt == PortTries || !text.Contains("Address already in use", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"Postfix did not start: {text}", fault);
                }
            }
            catch
            {
                await AbandonAsync(folder);
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Mail.Dispose();
        await ProcessGroup.EndAsync(_masterId);
        _folder.Dispose();
    }

    private static async Task AbandonAsync(ServerFolder folder)
    {
        if (await ReadMasterIdAsync(folder) is { } masterId)
        {
            await ProcessGroup.EndAsync(masterId);
        }

        folder.Dispose();
    }

    private static async Task<int?> ReadMasterIdAsync(ServerFolder folder)
    {
        var path = Path.Combine(folder.Root, "queue", "pid", "master.pid");
        if (!File.Exists(path))
        {
            return null;
        }

        // The master keeps a lock on the file, and .NET opens none without asking for one too.
        var text = await Tool.RunAsync(Tool.RequirePath("cat"), [path], CancellationToken.None);
        return int.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;
    }

    private static async Task PrepareAsync(
        ServerFolder folder, int port, IReadOnlyDictionary<string, string> settings, string? certificateFor, CancellationToken cancellationToken)
    {
        folder.Folder("etc");
        using (var authority = new PrivateAuthority())
        {
            folder.Write("authority.pem", authority.Pem);
            var certificate = certificateFor is null ? authority.IssueServerPem(HostName) : authority.IssueServerPem(certificateFor, alsoLoopback: false);
            File.SetUnixFileMode(folder.Write("etc/server.pem", certificate), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        PostfixConfiguration.Write(folder, port, settings);

        // The queue as "postfix check" would make it, which takes two seconds.
        folder.Folder("queue", "pid");
        var owned = PostfixConfiguration.QueueFolders.Select(name => folder.Folder("queue", name)).Append(folder.Folder("data"));
        var chown = Tool.RequirePath("chown");
        await Tool.RunAsync(chown, ["postfix", .. owned], cancellationToken);

        Maildir.Create(folder.Folder("mail", "all"));
        const string Owner = PostfixConfiguration.MailOwner;
        await Tool.RunAsync(chown, ["-R", $"{Owner}:{Owner}", Path.Combine(folder.Root, "mail")], cancellationToken);
    }
}
