namespace SuperMail.Dispatch;

/// <summary>What a text message shows as its sender.</summary>
public enum SmsSenderKind
{
    /// <summary>A name, 3 to 11 characters: nobody can answer it, and some countries refuse it.</summary>
    Alphanumeric,

    /// <summary>A phone number of up to 15 digits.</summary>
    Numeric,

    /// <summary>A short code of 3 to 8 digits, which is valid within one country.</summary>
    ShortCode,
}
