using System.Text;

namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>
/// What must have become of a message, from nothing but what had passed when the cut struck. All that was said before
/// the present flight has been heard by both ends.
/// </summary>
/// <param name="Mode">How the messages travel.</param>
/// <param name="LastFlight">The number of the client's last flight, QUIT, when nothing is cut.</param>
internal sealed record CutOracle(CutMode Mode, int LastFlight)
{
    /// <summary>The verdict and whether the relay has taken it.</summary>
    public (VerdictKind Kind, bool Taken) Expect(int message, ProxiedConnection.Script script)
    {
        var flight = LastFlight - 1 - ((2 - message) * Mode.Stride);
        if (flight != script.Flight)
        {
            // Answered before, or its end never left.
            return flight < script.Flight ? (VerdictKind.Sent, true) : (VerdictKind.NotSent, false);
        }

        // Its end has left. In TLS a record that is not whole says nothing.
        var passed = Mode.Tls ? "" : Encoding.ASCII.GetString([.. script.Passed]);
        return script.Cut!.OfClient
            ? (VerdictKind.InDoubt, passed.StartsWith(AsSent(message), StringComparison.Ordinal))
            : (passed.Contains('\n') ? VerdictKind.Sent : VerdictKind.InDoubt, true);
    }

    private string AsSent(int message)
    {
        var content = CutSession.ContentOf(message);
        return Mode.Chunking
            ? $"BDAT {content.Length} LAST\r\n{content}"
            : $"{content.Replace("\r\n.", "\r\n..", StringComparison.Ordinal)}.\r\n";
    }
}
