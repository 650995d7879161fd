using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SuperMail.Dispatch.Smtp;

/// <summary>SCRAM-SHA-256 (RFC 5802, RFC 7677): the password never leaves, and the server proves that it knows it too.</summary>
internal sealed class ScramSha256Mechanism : SaslMechanism
{
    // RFC 7677 §4 wants at least 4096; the upper bound keeps a hostile server from keeping us busy.
    private const int LeastIterations = 4096;
    private const int MostIterations = 1_000_000;

    // GS2 header (RFC 5802 §7): no channel binding, no authorization identity; "biws" is its base64.
    private const string Header = "n,,";

    private readonly string _password;
    private readonly string _nonce;
    private readonly string _first;
    private byte[] _serverSignature = [];
    private int _step;

    public ScramSha256Mechanism(string userName, string password, string? nonce = null)
        : base("SCRAM-SHA-256")
    {
        _password = Prepare(password);
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        // RFC 5802 §5.1: ',' and '=' are written as =2C and =3D.
        var name = Prepare(userName).Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
        _first = $"n={name},r={_nonce}";
    }

    public override bool IsDone => _step == 2;

    public override byte[] Start() => Encoding.UTF8.GetBytes(Header + _first);

    public override byte[] Answer(ReadOnlySpan<byte> challenge)
    {
        var text = Encoding.UTF8.GetString(challenge);
        switch (_step)
        {
            case 0:
                _step = 1;
                return Encoding.UTF8.GetBytes(Prove(text));

            case 1:
                Verify(text);
                _step = 2;
                return [];

            default:
                throw new SaslException("it goes on after the end of the exchange");
        }
    }

    private string Prove(string serverFirst)
    {
        string? nonce = null, salt = null, iterations = null;
        foreach (var part in serverFirst.Split(','))
        {
            switch (part)
            {
                case ['r', '=', .. var value]: nonce = value; break;
                case ['s', '=', .. var value]: salt = value; break;
                case ['i', '=', .. var value]: iterations = value; break;
                case ['m', '=', ..]: throw new SaslException("it demands an extension that nobody knows");
            }
        }

        // RFC 5802 §5.1: the server's nonce begins with ours, else somebody replays.
        if (nonce is null || !nonce.StartsWith(_nonce, StringComparison.Ordinal) || nonce.Length == _nonce.Length
            || !int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < LeastIterations or > MostIterations
            || !TryDecode(salt, out var saltBytes))
        {
            throw new SaslException("its first message has a wrong nonce, salt or iteration count");
        }

        var final = $"c=biws,r={nonce}";
        var message = Encoding.UTF8.GetBytes($"{_first},{serverFirst},{final}");
        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(_password), saltBytes, count, HashAlgorithmName.SHA256, 32);
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), message);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        _serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), message);
        CryptographicOperations.ZeroMemory(salted);
        return $"{final},p={Convert.ToBase64String(proof)}";
    }

    private void Verify(string serverFinal)
    {
        var first = serverFinal.Split(',')[0];
        if (!(first is ['v', '=', .. var value] && TryDecode(value, out var signature)
              && CryptographicOperations.FixedTimeEquals(signature, _serverSignature)))
        {
            throw new SaslException("it did not prove that it knows the password");
        }
    }

    private static bool TryDecode(string? text, out byte[] bytes)
    {
        bytes = new byte[text?.Length ?? 0];
        var isRight = Convert.TryFromBase64String(text ?? "", bytes, out var count) && count > 0;
        bytes = bytes[..count];
        return isRight;
    }

    // The part of SASLprep (RFC 4013) that matters for what people type: compatibility forms are folded.
    private static string Prepare(string text) => Ascii.IsValid(text) ? text : text.Normalize(NormalizationForm.FormKC);
}
