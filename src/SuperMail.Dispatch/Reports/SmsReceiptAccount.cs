namespace SuperMail.Dispatch;

/// <summary>What was done with receipts.</summary>
/// <param name="Recorded">Events of recipients now.</param>
/// <param name="Kept">Their key is not known (yet): held in memory, the latest 10,000, until a message with it is recorded.</param>
/// <param name="Ignored">Repeated, behind a final one, not final themselves, or of a mailing that is gone.</param>
public readonly record struct SmsReceiptAccount(int Recorded, int Kept, int Ignored);
