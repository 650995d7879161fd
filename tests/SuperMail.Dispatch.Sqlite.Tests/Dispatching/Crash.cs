using SuperMail.Dispatch.Testing;

namespace SuperMail.Dispatch.Sqlite.Tests.Dispatching;

/// <summary>
/// A life that ends in the middle: the server takes some messages and then answers nothing more, the files are copied as
/// they are, and what is left of that life never reaches anybody.
/// </summary>
internal sealed class Crash : IAsyncDisposable
{
    private readonly LedgerFolder _folder = new();
    private readonly SmtpTestServer _silent = SmtpTestServer.Start();
    private readonly TaskCompletionSource _forever = new();
    private HostOnLedger? _life;

    /// <summary>What the dead process left.</summary>
    public string Ledger { get; private set; } = "";

    public MailingId Mailing { get; private set; }

    /// <summary>Who got a message in the life that ended.</summary>
    public HashSet<string> Before => [.. HostOnLedger.Taken(_silent)];

    /// <param name="mailing">What is sent.</param>
    /// <param name="answered">After so many messages the server takes each message and says nothing any more.</param>
    /// <param name="enqueue">False to send while it is read.</param>
    public static async Task<Crash> AfterAsync(EmailMailing mailing, int answered, bool enqueue = true)
    {
        var crash = new Crash();
        crash._silent.On(
            SmtpVerb.EndOfData, SmtpAction.Default.Accepting().After(crash._forever.Task), command => command.OccurrenceOnServer > answered);
        crash._life = await HostOnLedger.StartAsync(crash._folder.Ledger, crash._silent, threads: 1);
        if (enqueue)
        {
            crash.Mailing = await crash._life.Dispatcher.EnqueueAsync(mailing, HostOnLedger.Token);
        }
        else
        {
            _ = crash._life.Dispatcher.SendAsync(mailing, cancellationToken: HostOnLedger.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await crash._silent.WaitForCommandAsync(SmtpVerb.EndOfData, answered + 1, HostOnLedger.Token);
        if (!enqueue)
        {
            crash.Mailing = (await crash._life.Dispatcher.ListAsync(cancellationToken: HostOnLedger.Token).SingleAsync(HostOnLedger.Token)).Id;
        }

        crash.Ledger = crash._folder.Copy(crash._folder.Ledger);
        return crash;
    }

    public async ValueTask DisposeAsync()
    {
        if (_life is not null)
        {
            _life.Dispatcher.Dispose();
            await _life.DisposeAsync();
        }

        await _silent.DisposeAsync();
        _folder.Dispose();
    }
}
