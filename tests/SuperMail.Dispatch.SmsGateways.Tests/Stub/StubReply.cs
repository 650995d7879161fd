namespace SuperMail.Dispatch.SmsGateways.Tests.Stub;

/// <summary>How a reply goes out.</summary>
public enum StubWay
{
    /// <summary>Whole.</summary>
    Whole,

    /// <summary>The connection ends before the announced length.</summary>
    Cut,

    /// <summary>The connection ends without a reply.</summary>
    Close,

    /// <summary>No reply, and the connection stays.</summary>
    Hang,

    /// <summary>A body without end.</summary>
    Endless,
}

/// <summary>What the stub answers.</summary>
public sealed record StubReply(int Status, string Body = "", string? Type = "application/json", StubWay Way = StubWay.Whole)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}
