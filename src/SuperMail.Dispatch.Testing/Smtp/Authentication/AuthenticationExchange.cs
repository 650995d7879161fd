using System.Buffers.Text;
using System.Text;
using SuperMail.Dispatch.Testing.Protocol;

namespace SuperMail.Dispatch.Testing.Authentication;

/// <summary>An AUTH command and the lines that follow it (RFC 4954 §4).</summary>
internal sealed class AuthenticationExchange
{
    private static readonly Dictionary<string, Func<SmtpTestServerOptions, IMechanism>> Mechanisms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["PLAIN"] = o => new PlainMechanism(o),
        ["LOGIN"] = o => new LoginMechanism(o),
        ["CRAM-MD5"] = o => new CramMd5Mechanism(o),
        ["SCRAM-SHA-256"] = o => new ScramSha256Mechanism(o),
        ["XOAUTH2"] = o => new XOAuth2Mechanism(o),
        ["OAUTHBEARER"] = o => new OAuthBearerMechanism(o),
    };

    private IMechanism? _mechanism;

    /// <summary>The next line is a response and no command.</summary>
    public bool InProgress { get; set; }

    /// <summary>Who has proved to be who.</summary>
    public string? User { get; private set; }

    public Reply Begin(ReadOnlySpan<byte> argument, SmtpTestServerOptions options)
    {
        _mechanism = null;
        string[] words = Encoding.ASCII.GetString(argument).Split(' ');
        if (words.Length > 2 || words[0].Length == 0)
        {
            return Replies.Syntax;
        }

        string name = words[0];
        if (!options.AuthMechanisms.Contains(name, StringComparer.OrdinalIgnoreCase) || !Mechanisms.TryGetValue(name, out var create))
        {
            return Replies.UnknownMechanism;
        }

        _mechanism = create(options);
        if (words.Length == 1)
        {
            return ReplyTo(_mechanism.Start());
        }

        return _mechanism.TakesInitialResponse ? Respond(Encoding.ASCII.GetBytes(words[1])) : Replies.Syntax;
    }

    public Reply Continue(ReadOnlySpan<byte> line)
    {
        InProgress = false;
        if (line.SequenceEqual("*"u8))
        {
            return Replies.AuthenticationCancelled;
        }

        // Without a mechanism a rule invented the challenge; nobody knows the answer to it.
        return _mechanism is null ? Replies.LoginRefused : Respond(line);
    }

    private Reply Respond(ReadOnlySpan<byte> encoded)
    {
        // RFC 4954 §4: a lone equals sign is the empty initial response.
        byte[] response = new byte[encoded.Length];
        int length = 0;
        if (!encoded.SequenceEqual("="u8)
            && (!Base64.IsValid(encoded) || Base64.DecodeFromUtf8(encoded, response, out _, out length) != System.Buffers.OperationStatus.Done))
        {
            return Replies.BadBase64;
        }

        return ReplyTo(_mechanism!.Next(response.AsSpan(0, length)));
    }

    private Reply ReplyTo(MechanismStep step)
    {
        User = step.User;
        return step.Challenge is { } challenge ? new Reply(334, null, Convert.ToBase64String(challenge))
            : step.User is not null ? Replies.LoggedIn
            : Replies.LoginRefused;
    }
}
