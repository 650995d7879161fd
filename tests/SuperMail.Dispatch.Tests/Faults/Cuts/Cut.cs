namespace SuperMail.Dispatch.Tests.Faults.Cuts;

/// <summary>Where a connection is cut, and how.</summary>
/// <param name="OfClient">Counted in what the client says, else in what the server says.</param>
/// <param name="Octets">After so many octets; with <paramref name="Records"/>, so many octets beside that boundary.</param>
/// <param name="Records">After so many TLS records, or null.</param>
/// <param name="ByReset">RST, else FIN.</param>
internal sealed record Cut(bool OfClient, int Octets, int? Records, bool ByReset)
{
    private readonly TlsRecords _records = new();
    private int _seen;

    /// <summary>How many octets of a further piece may pass.</summary>
    public int Admit(ReadOnlySpan<byte> piece)
    {
        var before = _seen;
        _seen += piece.Length;
        _records.Add(piece);
        return Math.Clamp(Limit() - before, 0, piece.Length);
    }

    public override string ToString() =>
        $"{(ByReset ? "RST" : "FIN")} after {(Records is { } n ? $"record {n} {Octets:+0;-0;+0}" : $"octet {Octets}")} of the {(OfClient ? "client" : "server")}";

    private int Limit()
    {
        if (Records is not { } records)
        {
            return Octets;
        }

        return _records.EndOf(records) is { } boundary ? Math.Max(0, boundary + Octets) : int.MaxValue;
    }
}
