using Microsoft.Extensions.DependencyInjection;
using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>Asks the host's suppression list, in a scope of its own, whom of a window not to write to.</summary>
internal sealed class Screening(IServiceScopeFactory? scopes, Func<IServiceProvider, ISuppressionList?> find)
{
    /// <summary>No list: nobody is screened out.</summary>
    public static Screening None { get; } = new(null, static _ => null);

    public async ValueTask ScreenAsync(Window window, MailingId mailing, MailingRun run, CancellationToken cancellationToken)
    {
        if (scopes is null)
        {
            return;
        }

        var scope = scopes.CreateAsyncScope();
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

        foreach (var blocked in await list.FilterAsync(mailing, addresses, cancellationToken).ConfigureAwait(false))
        {
            if (blocked < 0 || blocked >= indexes.Count)
            {
                throw new InvalidOperationException($"ISuppressionList.FilterAsync returned index {blocked}; it must be 0 to {indexes.Count - 1}.");
            }

            window.Screen(indexes[blocked], new OutcomeCode(OutcomeKind.Blocked));
            run.Count(OutcomeKind.Blocked);
        }
    }
}
