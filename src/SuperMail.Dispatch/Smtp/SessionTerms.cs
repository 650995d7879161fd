namespace SuperMail.Dispatch.Smtp;

/// <summary>What was agreed with the relay for one connection.</summary>
/// <param name="Capabilities">What its last EHLO offered.</param>
/// <param name="Pipelining">Flights of several commands.</param>
/// <param name="Chunking">BDAT instead of DATA.</param>
/// <param name="Timeouts">The time-outs.</param>
/// <param name="Depth">The most messages in one deep flight; 0 = no deep flights.</param>
/// <param name="LogAddresses">Whether the relay's words are logged with the addresses in them.</param>
internal sealed record SessionTerms(
    SmtpCapabilities Capabilities, bool Pipelining, bool Chunking, SmtpTimeouts Timeouts, int Depth = 0, bool LogAddresses = false);
