namespace SuperMail.Dispatch;

/// <summary>An enhanced mail system status code (RFC 3463), such as 5.1.1.</summary>
/// <param name="Class">2 success, 4 transient, 5 permanent; 0 when there is none.</param>
/// <param name="Subject">0 to 999.</param>
/// <param name="Detail">0 to 999.</param>
public readonly record struct EnhancedStatusCode(byte Class, ushort Subject, ushort Detail)
{
    /// <summary>True when the reply carried no usable code.</summary>
    public bool IsNone => Class == 0;

    /// <summary>Dotted, or empty when there is none.</summary>
    public override string ToString() => IsNone ? "" : $"{Class}.{Subject}.{Detail}";
}
