using System.Globalization;

namespace SuperMail.Dispatch.RealServers.Tests.Servers;

/// <summary>
/// A Kannel of one's own on loopback: bearerbox, smsbox with the user tester, and fakesmsc, which stands for the network:
/// it takes every segment, Kannel reports it delivered, and phones write what they are told at the start.
/// </summary>
/// <remarks>Bearerbox's port for fakesmsc listens on every interface, as it has no setting; it lets nobody in but 127.0.0.1.</remarks>
internal sealed class KannelServer : IAsyncDisposable
{
    public const string UserName = "tester";
    public const string Password = "se&cr%t";

    private const string Package = "Debian packages kannel and kannel-extras";
    private const int Tries = 3;

    private readonly ServerFolder _folder;
    private readonly List<KannelProcess> _processes = [];

    private KannelServer(ServerFolder folder) => _folder = folder;

    /// <summary>Where smsbox takes messages.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>The segments that came out at the other end.</summary>
    public FakeSmsc Smsc { get; private set; } = null!;

    /// <summary>Starts one; skips the running test where it is not installed.</summary>
    /// <param name="inboundUrl">The address that messages from phones are given to.</param>
    /// <param name="fromPhones">What phones write: <c>sender receiver text words</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<KannelServer> StartAsync(string inboundUrl, IReadOnlyList<string> fromPhones, CancellationToken cancellationToken)
    {
        var (bearerbox, smsbox, fakesmsc) = (Tool.RequirePath("bearerbox", Package), Tool.RequirePath("smsbox", Package), Tool.RequirePath("fakesmsc", Package));
        for (var attempt = 1; ; attempt++)
        {
            var server = new KannelServer(new ServerFolder("kannel"));
            try
            {
                await server.RunAsync(bearerbox, smsbox, fakesmsc, inboundUrl, fromPhones, cancellationToken);
                return server;
            }
            catch (InvalidOperationException fault) when (attempt < Tries && fault.Message.Contains("already in use", StringComparison.Ordinal))
            {
                await server.DisposeAsync();
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Smsbox before bearerbox, which waits for it.
        _processes.Reverse();
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task RunAsync(
        string bearerbox, string smsbox, string fakesmsc, string inboundUrl, IReadOnlyList<string> fromPhones, CancellationToken cancellationToken)
    {
        var (admin, boxes, smsc, sendsms) = (LoopbackPort.FindFree(), LoopbackPort.FindFree(), LoopbackPort.FindFree(), LoopbackPort.FindFree());
        Endpoint = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{sendsms}");
        var configuration = _folder.Write("kannel.conf", Configuration(admin, boxes, smsc, sendsms, inboundUrl));
        await StartAsync(new KannelProcess(bearerbox, ["-v", "1", configuration]), [boxes, smsc], cancellationToken);
        await StartAsync(new KannelProcess(smsbox, ["-v", "1", configuration]), [sendsms], cancellationToken);

        // As many messages as there are to say, one behind the other, then it only listens.
        var said = fromPhones.Count == 0 ? (IReadOnlyList<string>)["1 2 text nothing"] : fromPhones;
        var count = fromPhones.Count.ToString(CultureInfo.InvariantCulture);
        var fake = new KannelProcess(fakesmsc, ["-H", "127.0.0.1", "-r", smsc.ToString(CultureInfo.InvariantCulture), "-i", "0.01", "-m", count, .. said]);
        _processes.Add(fake);
        Smsc = new FakeSmsc(fake);
    }

    private async Task StartAsync(KannelProcess process, int[] ports, CancellationToken cancellationToken)
    {
        _processes.Add(process);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!ports.All(LoopbackPort.IsListening))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"Kannel did not start: {string.Join('\n', process.Lines)}");
            }

            await tick.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static string Configuration(int admin, int boxes, int smsc, int sendsms, string inboundUrl) => string.Create(CultureInfo.InvariantCulture, $"""
        group = core
        admin-port = {admin}
        admin-interface = "127.0.0.1"
        admin-password = unused
        smsbox-port = {boxes}
        smsbox-interface = "127.0.0.1"
        box-deny-ip = "*.*.*.*"
        box-allow-ip = "127.0.0.1"
        dlr-storage = internal

        group = smsc
        smsc = fake
        smsc-id = fake
        port = {smsc}
        connect-allow-ip = "127.0.0.1"

        group = smsbox
        bearerbox-host = 127.0.0.1
        sendsms-port = {sendsms}
        sendsms-interface = "127.0.0.1"

        group = sendsms-user
        username = {UserName}
        password = "{Password}"
        max-messages = 10
        concatenation = true

        group = sms-service
        keyword = default
        get-url = "{inboundUrl}?from=%p&to=%P&text=%b&id=%I&at=%T"
        max-messages = 0
        omit-empty = true

        """);
}
