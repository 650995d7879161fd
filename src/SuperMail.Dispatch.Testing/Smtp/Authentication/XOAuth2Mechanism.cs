using System.Text;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>XOAUTH2, as Google and Microsoft document it. A refusal is a challenge with the reason in JSON, which the
/// client answers with an empty line; only then comes 535.</summary>
internal sealed class XOAuth2Mechanism(SmtpTestServerOptions options) : IMechanism
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

        string right = $"user={options.UserName}\u0001auth=Bearer {options.AccessToken}\u0001\u0001";
        if (Encoding.UTF8.GetString(response) == right)
        {
            return MechanismStep.LoggedIn(options.UserName);
        }

        _refused = true;
        return MechanismStep.Ask("""{"status":"400","schemes":"Bearer","scope":"https://mail.test/"}"""u8.ToArray());
    }
}
