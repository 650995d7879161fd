namespace SuperMail.Dispatch;

/// <summary>A transport that learns what its relay takes.</summary>
internal interface ILearningTransport : IMailTransport
{
    /// <summary>How many messages the relay was found to take on one connection; null = no limit known.</summary>
    int? MessagesPerConnection { get; }
}
