using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>RFC 5802 with SHA-256 (RFC 7677), without channel binding.</summary>
internal sealed class ScramSha256Mechanism(SmtpTestServerOptions options) : IMechanism
{
    /// <summary>RFC 7677 §4: at least 4096.</summary>
    private const int Iterations = 4096;

    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private string _gs2Header = "";
    private string _clientFirstBare = "";
    private string _serverFirst = "";
    private string _nonce = "";
    private Phase _phase;

    private enum Phase
    {
        ClientFirst,
        ClientFinal,
        Acknowledge,
    }

    public bool TakesInitialResponse => true;

    public MechanismStep Start() => MechanismStep.YouFirst;

    public MechanismStep Next(ReadOnlySpan<byte> response)
    {
        string message = Encoding.UTF8.GetString(response);
        switch (_phase++)
        {
            case Phase.ClientFirst:
                return AnswerFirst(message);
            case Phase.ClientFinal:
                return AnswerFinal(message);
            default:
                // RFC 5802's server-final travels in a 334, which the client acknowledges with nothing.
                return message.Length == 0 ? MechanismStep.LoggedIn(options.UserName) : MechanismStep.Refused;
        }
    }

    private MechanismStep AnswerFirst(string message)
    {
        // gs2-header: "n,," or "y,,"; "p=" would ask for channel binding, which this name does not offer.
        string[] fields = message.Split(',');
        if (fields is not [("n" or "y"), var authorization, var user, var nonce, ..]
            || !(authorization.Length == 0 || authorization == "a=" + EscapedUser)
            || user != "n=" + EscapedUser
            || !nonce.StartsWith("r=", StringComparison.Ordinal)
            || nonce.Length == 2)
        {
            return MechanismStep.Refused;
        }

        _gs2Header = $"{fields[0]},{authorization},";
        _clientFirstBare = message[_gs2Header.Length..];
        _nonce = nonce[2..] + RandomNumberGenerator.GetHexString(24);
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(_salt)},i={Iterations}";
        return MechanismStep.Ask(Encoding.UTF8.GetBytes(_serverFirst));
    }

    private MechanismStep AnswerFinal(string message)
    {
        string withoutProof = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(_gs2Header))},r={_nonce}";
        if (!message.StartsWith(withoutProof + ",p=", StringComparison.Ordinal))
        {
            return MechanismStep.Refused;
        }

        // RFC 5802 §3, from SaltedPassword to ServerSignature; SASLprep of a password comes down to NFKC here.
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            options.Password.Normalize(NormalizationForm.FormKC), _salt, Iterations, HashAlgorithmName.SHA256, 32);
        byte[] clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        byte[] authMessage = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        byte[] proof = HMACSHA256.HashData(SHA256.HashData(clientKey), authMessage);
        for (int i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        if (message[(withoutProof.Length + 3)..] != Convert.ToBase64String(proof))
        {
            return MechanismStep.Refused;
        }

        byte[] signature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), authMessage);
        return MechanismStep.Ask(Encoding.UTF8.GetBytes("v=" + Convert.ToBase64String(signature)));
    }

    private string EscapedUser => options.UserName
        .Replace("=", "=3D", StringComparison.Ordinal)
        .Replace(",", "=2C", StringComparison.Ordinal);
}
