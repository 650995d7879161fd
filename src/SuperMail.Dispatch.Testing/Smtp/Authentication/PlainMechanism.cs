using System.Text;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>RFC 4616: authorization identity, NUL, user, NUL, password.</summary>
internal sealed class PlainMechanism(SmtpTestServerOptions options) : IMechanism
{
    public bool TakesInitialResponse => true;

    public MechanismStep Start() => MechanismStep.YouFirst;

    public MechanismStep Next(ReadOnlySpan<byte> response)
    {
        string[] fields = Encoding.UTF8.GetString(response).Split('\0');
        bool right = fields.Length == 3
            && (fields[0].Length == 0 || fields[0] == options.UserName)
            && fields[1] == options.UserName
            && fields[2] == options.Password;
        return right ? MechanismStep.LoggedIn(fields[1]) : MechanismStep.Refused;
    }
}
