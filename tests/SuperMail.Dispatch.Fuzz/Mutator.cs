using System.Text;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>Makes inputs out of a corpus; the same seed makes the same ones.</summary>
internal sealed class Mutator(FuzzTarget target, int seed)
{
    private const int UsualLength = 600;
    private const int GreatestLength = 70_000;

    private static readonly string[] s_anywhere =
    [
        "\r\n", "\n", "\r", "\0", "\t", " ", "  ", "\u001b", "\u007f", "\u0085", "\u2028", "\u202e", "\ufeff", "\ud800", "\udc00",
        "\ud83d\ude00", "é", "ß", "中", "\"", "'", "\\", "<", ">", "@", ".", ",", ";", ":", "%", "&", "=", "?", "-", "/",
    ];

    private readonly Random _random = new(seed);

    public string Next()
    {
        var text = new StringBuilder(Seed());
        for (var count = _random.Next(6); count > 0; count--)
        {
            Mutate(text);
        }

        // Now and then as long as it gets: where time or memory grows faster than the input.
        var limit = _random.Next(2000) == 0 ? GreatestLength : UsualLength;
        while (limit == GreatestLength && text.Length is > 0 and < GreatestLength / 2)
        {
            text.Append(text);
        }

        return text.ToString(0, Math.Min(text.Length, limit));
    }

    private void Mutate(StringBuilder text)
    {
        var at = _random.Next(text.Length + 1);
        var run = Math.Min(_random.Next(1, 12), text.Length - at);
        switch (_random.Next(8))
        {
            case 0 or 1:
                text.Insert(at, Piece());
                break;
            case 2:
                text.Remove(at, run);
                break;
            case 3:
                text.Insert(at, text.ToString(at, run));
                break;
            case 4 when run > 0:
                text[at] = (char)_random.Next(_random.Next(3) == 0 ? 0x10000 : 0x80);
                break;
            case 5 when run > 0:
                text[at] = (char)(text[at] ^ (1 << _random.Next(7)));
                break;
            case 6:
                var other = Seed();
                text.Remove(at, text.Length - at).Append(other.AsSpan(_random.Next(other.Length + 1)));
                break;
            default:
                text.Insert(at, string.Concat(Enumerable.Repeat(Piece(), _random.Next(1, 80))));
                break;
        }
    }

    private string Seed() => target.Corpus[_random.Next(target.Corpus.Count)];

    private string Piece() => _random.Next(2) == 0
        ? s_anywhere[_random.Next(s_anywhere.Length)]
        : target.Dictionary[_random.Next(target.Dictionary.Count)];
}
