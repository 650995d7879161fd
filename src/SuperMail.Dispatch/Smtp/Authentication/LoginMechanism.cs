using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>LOGIN (draft-murchison-sasl-login): the server asks twice; what it calls the fields differs, the order does not.</summary>
internal sealed class LoginMechanism(string userName, string password) : SaslMechanism("LOGIN")
{
    private int _asked;

    public override bool IsDone => _asked == 2;

    public override byte[] Answer(ReadOnlySpan<byte> challenge) => ++_asked switch
    {
        1 => Encoding.UTF8.GetBytes(userName),
        2 => Encoding.UTF8.GetBytes(password),
        _ => throw new SaslException("it asks for more than a user name and a password"),
    };
}
