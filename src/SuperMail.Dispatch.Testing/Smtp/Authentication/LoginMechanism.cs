using System.Text;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>LOGIN (draft-murchison-sasl-login-00): user and password, each asked for. Many servers also take the
/// user as initial response.</summary>
internal sealed class LoginMechanism(SmtpTestServerOptions options) : IMechanism
{
    private string? _user;

    public bool TakesInitialResponse => true;

    public MechanismStep Start() => MechanismStep.Ask("Username:"u8.ToArray());

    public MechanismStep Next(ReadOnlySpan<byte> response)
    {
        string text = Encoding.UTF8.GetString(response);
        if (_user is null)
        {
            _user = text;
            return MechanismStep.Ask("Password:"u8.ToArray());
        }

        return _user == options.UserName && text == options.Password ? MechanismStep.LoggedIn(_user) : MechanismStep.Refused;
    }
}
