using SuperMail.Dispatch.Partitioning;

namespace SuperMail.Dispatch.Delivery;

/// <summary>What one lane has of its own: how much it carries at once, and how a turn is carried.</summary>
internal interface ILaneCarrier
{
    /// <summary>The lane's name in the ledger.</summary>
    string Name { get; }

    /// <summary>What the lane may use under these settings. Called before the carrier is complete: looks at nothing else.</summary>
    LaneShare ShareOf(MailingSettings settings);

    /// <summary>When transiently refused recipients are tried again.</summary>
    RetrySettings RetryOf(MailingSettings settings);

    /// <summary>Messages a minute that are asked for; 0 = no limit.</summary>
    int MessagesPerMinuteOf(MailingSettings settings);

    /// <summary>One turn of a slot, from work to the end of what carried it. False when the slot has no share any more.</summary>
    ValueTask<bool> TakeTurnAsync(int slot);

    /// <summary>No slot takes a turn any more: complete when nothing of what carried them is left open.</summary>
    ValueTask EndAsync() => default;
}

/// <summary>Messages on a wire, or begun for one.</summary>
internal interface ICarried
{
    /// <summary>True when it keeps a mailing from ending.</summary>
    bool Carries(MailingId mailing);
}
