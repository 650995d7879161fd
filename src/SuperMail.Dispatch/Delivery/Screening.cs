using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Asks the host's suppression list, in a scope of its own, whom of a window not to write to.</summary>
internal sealed class Screening(IServiceScopeFactory? scopes, Func<IServiceProvider, ISuppressionList?> find)
{
    /// <summary>No list: nobody is screened out.</summary>
    public static Screening None { get; } = new(null, static _ => null);

    /// <summary>Screens the recipients of one mailing.</summary>
    public async ValueTask ScreenAsync(Window window, MailingId mailing, MailingRun run, CancellationToken cancellationToken)
    {
        if (scopes is null)
        {
            return;
        }

        while (true)
        {
            var resumptions = run.Resumptions;
            try
            {
                await AskAsync(window, mailing, run, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception) when (run.Resumptions != resumptions && !cancellationToken.IsCancellationRequested)
            {
                // It was asked before somebody mended it and resumed the mailing, which this fault must not pause again.
            }
        }
    }

    private async ValueTask AskAsync(Window window, MailingId mailing, MailingRun run, CancellationToken cancellationToken)
    {
        var scope = scopes!.CreateAsyncScope();
        await using var ending = scope.ConfigureAwait(false);
        if (find(scope.ServiceProvider) is not { } list)
        {
            return;
        }

        var indexes = new List<int>(window.Entries.Count);
        var addresses = new List<string>(window.Entries.Count);
        for (var i = 0; i < window.Entries.Count; i++)
        {
            if (window.Entries[i].Mailing == mailing)
            {
                indexes.Add(i);
                addresses.Add(window.Entries[i].Recipient.Address ?? "");
            }
        }

        var found = await list.FilterAsync(mailing, addresses, cancellationToken).ConfigureAwait(false);
        foreach (var blocked in found)
        {
            if (blocked < 0 || blocked >= indexes.Count)
            {
                throw new InvalidOperationException($"ISuppressionList.FilterAsync returned index {blocked}; it must be 0 to {indexes.Count - 1}.");
            }
        }

        foreach (var blocked in found)
        {
            window.Screen(indexes[blocked], new OutcomeCode(OutcomeKind.Blocked));
            run.Count(OutcomeKind.Blocked);
        }
    }
}
