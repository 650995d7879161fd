using SuperMail.Dispatch.SmsGateways.Tests.Stub;

namespace SuperMail.Dispatch.SmsGateways.Tests.Cases;

/// <summary>An error as a provider documents it, and what must become of it.</summary>
internal sealed record ErrorCase(int Status, string Body, SmsErrorClass Class, SmsOutcome Outcome, string? Code = null);

/// <summary>One provider's documented requests and replies, for the tests that are the same for all.</summary>
internal sealed record ProviderCase
{
    /// <summary>A secret of every case: wherever it turns up, it is a leak.</summary>
    public const string Canary = "canary-s3cret";

    public required string Module { get; init; }

    /// <summary>The plugin configuration; <c>{address}</c> is the stub's.</summary>
    public required string Configuration { get; init; }

    /// <summary>What the documented message looks like on the wire: <see cref="StubRequest.Shape"/>.</summary>
    public required string Shape { get; init; }

    /// <summary>The documented reply that takes all messages.</summary>
    public required Func<IReadOnlyList<SmsMessage>, StubReply> Success { get; init; }

    /// <summary>The ids that a taken message has.</summary>
    public required Func<SmsMessage, string[]> Ids { get; init; }

    public required IReadOnlyList<ErrorCase> Errors { get; init; }

    /// <summary>The text of a message as the provider decodes it.</summary>
    public required Func<StubRequest, string?> TextOf { get; init; }

    /// <summary>For a batch: a reply that takes the first, refuses the second with an unknown number, and says them in reverse.</summary>
    public Func<IReadOnlyList<SmsMessage>, StubReply>? Mixed { get; init; }

    /// <summary>For a batch: a reply that speaks of the second message alone, and takes it.</summary>
    public Func<IReadOnlyList<SmsMessage>, StubReply>? OnlySecond { get; init; }

    public override string ToString() => Module;
}
