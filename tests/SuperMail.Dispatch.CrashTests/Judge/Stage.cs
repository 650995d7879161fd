using System.Globalization;
using SuperMail.Dispatch.CrashTests.Sender;
using SuperMail.Dispatch.CrashTests.Sink;

namespace SuperMail.Dispatch.CrashTests.Judge;

/// <summary>A folder with a ledger and a sink's log, the sink, and one sender after another.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private static readonly TimeSpan MostForTheLast = TimeSpan.FromMinutes(3);

    private readonly ChildProcess _sink;

    private Stage(CrashOptions options, ChildProcess sink) => (Options, _sink) = (options, sink);

    public CrashOptions Options { get; }

    /// <summary>Messages that the sink has taken so far.</summary>
    public long Received => new FileInfo(Options.LogPath).Length / SinkLog.RecordLength / 2;

    public static async Task<Stage> SetAsync(CrashOptions options)
    {
        options = options.With("folder", Directory.CreateTempSubdirectory("supermail-crash-").FullName);
        var sink = ChildProcess.Start(SinkProgram.Verb, options);
        var port = await sink.ReadLineAsync() ?? throw new InvalidOperationException($"The sink did not start. {sink.Complaints}");
        return new Stage(options.With("port", int.Parse(port.AsSpan("port ".Length), CultureInfo.InvariantCulture)), sink);
    }

    public ChildProcess StartSender() => ChildProcess.Start(SenderProgram.Verb, Options);

    /// <summary>A sender that ends itself at a place of the ledger.</summary>
    public ChildProcess StartSender(string dieAt, int visit) =>
        ChildProcess.Start(SenderProgram.Verb, Options.With("die-at", dieAt).With("visit", visit));

    /// <summary>Lets the sink kill a sender at a point of a conversation.</summary>
    public async Task OrderAsync(ChildProcess sender, SinkPoint point, int visit)
    {
        _sink.Say(string.Create(CultureInfo.InvariantCulture, $"{sender.Id} {point} {visit}"));
        await _sink.ReadLineAsync();
    }

    /// <summary>A sender that is left alone; the account is drawn behind it.</summary>
    /// <exception cref="InvalidOperationException">It did not come to its end.</exception>
    public async Task<Account> FinishAsync()
    {
        await using var sender = StartSender();
        try
        {
            await sender.EndAsync().WaitAsync(MostForTheLast);
        }
        catch (TimeoutException)
        {
            var said = string.Join(", ", sender.TakeLines());
            throw new InvalidOperationException($"The last sender stood still for {MostForTheLast}; it said: {said}. {sender.Complaints}");
        }

        return sender.ExitCode == 0
            ? await Account.DrawAsync(Options)
            : throw new InvalidOperationException($"The last sender ended with {sender.ExitCode}. {sender.Complaints}");
    }

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        Directory.Delete(Options.Folder, recursive: true);
    }
}
