using System.Text;

namespace SuperMail.Dispatch.Tests.Guards;

/// <summary>C# without its comments, strings and characters; what stands in the holes of interpolated strings is code and stays.</summary>
internal ref struct CodeText
{
    private readonly ReadOnlySpan<char> _text;
    private readonly StringBuilder _code;
    private int _at;

    private CodeText(string text)
    {
        _text = text;
        _code = new StringBuilder(text.Length);
    }

    public static string Of(string text)
    {
        var scanner = new CodeText(text);
        scanner.ScanCode(closingBraces: 0);
        return scanner._code.ToString();
    }

    private readonly ReadOnlySpan<char> Rest => _text[_at..];

    /// <summary>Scans to the end, or behind the braces that close the hole it stands in.</summary>
    private void ScanCode(int closingBraces)
    {
        var depth = 0;
        while (_at < _text.Length)
        {
            var rest = Rest;
            if (rest.StartsWith("//"))
            {
                Skip(LengthTo(rest, '\n'));
            }
            else if (rest.StartsWith("/*"))
            {
                var end = rest[2..].IndexOf("*/");
                Skip(end < 0 ? rest.Length : end + 4);
            }
            else if (rest[0] == '\'')
            {
                ScanCharacter();
            }
            else if (StartsString(rest, out var dollars, out var verbatim))
            {
                _code.Append("\"\"");
                ScanString(dollars, verbatim);
            }
            else if (closingBraces > 0 && depth == 0 && rest[0] == '}')
            {
                Skip(closingBraces);
                _code.Append(' ');
                return;
            }
            else
            {
                depth += rest[0] switch { '{' => 1, '}' => -1, _ => 0 };
                _code.Append(rest[0]);
                _at++;
            }
        }
    }

    private static bool StartsString(ReadOnlySpan<char> rest, out int dollars, out bool verbatim)
    {
        var at = 0;
        (dollars, verbatim) = (0, false);
        for (; at < rest.Length && rest[at] is '$' or '@'; at++)
        {
            dollars += rest[at] == '$' ? 1 : 0;
            verbatim |= rest[at] == '@';
        }

        return at < rest.Length && rest[at] == '"';
    }

    private void ScanString(int dollars, bool verbatim)
    {
        Skip(Rest.IndexOf('"'));
        var quotes = CountOf('"');
        if (quotes == 2)
        {
            Skip(2); // the empty string
            return;
        }

        var isRaw = quotes >= 3;
        var closing = isRaw ? quotes : 1;
        Skip(closing);
        while (_at < _text.Length)
        {
            var rest = Rest;
            if (rest[0] == '"')
            {
                var count = CountOf('"');
                if (isRaw ? count >= closing : !verbatim || count % 2 == 1)
                {
                    Skip(isRaw || verbatim ? count : 1);
                    return;
                }

                Skip(count);
            }
            else if (rest[0] == '\\' && !isRaw && !verbatim)
            {
                Skip(2);
            }
            else if (rest[0] == '{' && dollars > 0)
            {
                ScanBraces(isRaw ? dollars : 1, isRaw);
            }
            else
            {
                Skip(1);
            }
        }
    }

    private void ScanBraces(int opening, bool isRaw)
    {
        var count = CountOf('{');
        Skip(count);
        if (isRaw ? count >= opening : count % 2 == 1)
        {
            _code.Append(' ');
            ScanCode(opening);
        }
    }

    private void ScanCharacter()
    {
        Skip(1);
        while (_at < _text.Length && _text[_at] != '\'')
        {
            Skip(_text[_at] == '\\' ? 2 : 1);
        }

        Skip(1);
    }

    private readonly int CountOf(char wanted)
    {
        var rest = Rest;
        var count = rest.IndexOfAnyExcept(wanted);
        return count < 0 ? rest.Length : count;
    }

    private static int LengthTo(ReadOnlySpan<char> rest, char end) => rest.IndexOf(end) is var at and >= 0 ? at : rest.Length;

    private void Skip(int count) => _at = Math.Min(_text.Length, _at + count);
}
