namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>What a mechanism says to the client's last response: a challenge, a login, or a refusal.</summary>
internal readonly record struct MechanismStep(byte[]? Challenge, string? User)
{
    public static readonly MechanismStep Refused;

    /// <summary>The empty challenge, which asks a client that speaks first to speak.</summary>
    public static readonly MechanismStep YouFirst = Ask([]);

    public static MechanismStep Ask(byte[] challenge) => new(challenge, null);

    public static MechanismStep LoggedIn(string user) => new(null, user);
}
