using Microsoft.Extensions.Logging;

namespace SuperMail.Dispatch.Delivery;

/// <summary>What the root gives the engine.</summary>
internal sealed record EnginePorts
{
    /// <summary>The dispatcher's name; empty for the default one.</summary>
    public required string Name { get; init; }

    public required IMailingLedger Ledger { get; init; }

    public required Func<IMailTransport> Transport { get; init; }

    public required Func<MailingSettings> Settings { get; init; }

    /// <summary>Why e-mail mailings are refused although the settings are valid: the tab is not configured. Else null.</summary>
    public required Func<string?> EmailFault { get; init; }

    /// <summary>Why SMS mailings are refused although the settings are valid: the tab is not configured. Else null.</summary>
    public required Func<string?> SmsFault { get; init; }

    /// <summary>The SMS gateway that the settings in force ask for.</summary>
    public required SmsGatewaySource Gateways { get; init; }

    /// <summary>The configuration section that errors name.</summary>
    public required string Section { get; init; }

    /// <summary>The check of the SMTP connection, when it is on; throws when the relay would not let us send.</summary>
    public required Func<CancellationToken, ValueTask> BeforeFirstBatch { get; init; }

    public required Screening Screening { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Log { get; init; }
}
