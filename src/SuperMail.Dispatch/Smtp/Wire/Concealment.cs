namespace SuperMail.Dispatch.Smtp;

/// <summary>
/// What this connection said that nobody else may read. Some relays say it back in a refusal (<c>535 wrong password
/// …</c>, <c>553 not owned by user …</c>), and refusals stand in logs and exceptions.
/// </summary>
internal sealed class Concealment
{
    // A shorter one would be found in every other word, and is no secret.
    private const int Shortest = 3;

    private const string Instead = "***";

    private readonly List<string> _secrets = [];

    /// <summary>From now on it is not shown.</summary>
    public void Add(string? secret)
    {
        if (secret?.Length >= Shortest && !_secrets.Contains(secret))
        {
            _secrets.Add(secret);

            // The longest first: a user name may be a piece of a token.
            _secrets.Sort(static (a, b) => b.Length.CompareTo(a.Length));
        }
    }

    /// <summary>A refusal without the secrets in it. Other replies are left alone: a challenge is computed with.</summary>
    public SmtpReply Conceal(in SmtpReply reply)
    {
        if (_secrets.Count == 0 || !reply.Refuses || reply.Text is not { } text)
        {
            return reply;
        }

        foreach (var secret in _secrets)
        {
            text = text.Replace(secret, Instead, StringComparison.OrdinalIgnoreCase);
        }

        return reply with { Text = text };
    }
}
