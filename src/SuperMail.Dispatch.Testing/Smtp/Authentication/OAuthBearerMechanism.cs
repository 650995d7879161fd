using System.Text;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>OAUTHBEARER (RFC 7628). A refusal is a challenge with the reason in JSON, which the client answers with
/// one octet 0x01 (§3.2.3); only then comes 535.</summary>
internal sealed class OAuthBearerMechanism(SmtpTestServerOptions options) : IMechanism
{
    private bool _refused;

    public bool TakesInitialResponse => true;

    public MechanismStep Start() => MechanismStep.YouFirst;

    public MechanismStep Next(ReadOnlySpan<byte> response)
    {
        if (_refused)
        {
            return MechanismStep.Refused;
        }

        if (IsRight(Encoding.UTF8.GetString(response)))
        {
            return MechanismStep.LoggedIn(options.UserName);
        }

        _refused = true;
        return MechanismStep.Ask("""{"status":"invalid_token","scope":"mail"}"""u8.ToArray());
    }

    /// <summary>§3.1: gs2-header, then key=value pairs, each between 0x01; a lone 0x01 at the end.</summary>
    private bool IsRight(string message)
    {
        string[] parts = message.Split('\u0001');
        string[] header = parts[0].Split(',');
        return message.EndsWith("\u0001\u0001", StringComparison.Ordinal)
            && header is [("n" or "y"), var user, ""]
            && (user.Length == 0 || user == "a=" + options.UserName)
            && parts.Contains("auth=Bearer " + options.AccessToken);
    }
}
