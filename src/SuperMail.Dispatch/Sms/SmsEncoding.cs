namespace SuperMail.Dispatch;

/// <summary>How the characters of a text message are written (3GPP TS 23.038).</summary>
public enum SmsEncoding
{
    /// <summary>GSM 7-bit when it holds every character of the text, else UCS-2.</summary>
    Auto,

    /// <summary>The GSM 7-bit default alphabet with its extension table: 160 septets a message, 153 in each of several.</summary>
    Gsm7,

    /// <summary>UTF-16, called UCS-2 by the networks: 70 units a message, 67 in each of several.</summary>
    Ucs2,
}
