namespace SuperMail.Dispatch;

/// <summary>What a text takes on the air, and on the bill: providers charge by the segment.</summary>
/// <param name="Encoding">How it is written: <see cref="SmsEncoding.Gsm7"/> or <see cref="SmsEncoding.Ucs2"/>.</param>
/// <param name="Units">Septets of GSM 7-bit or UTF-16 units of UCS-2, without the headers that join segments.</param>
/// <param name="Segments">How many segments, 0 for an empty text.</param>
/// <param name="UnitsPerSegment">Units that a segment holds: 160 or 70, and 153 or 67 where there are several.</param>
public readonly record struct SmsSegmentCount(SmsEncoding Encoding, int Units, int Segments, int UnitsPerSegment);
