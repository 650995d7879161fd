using System.Buffers;

namespace SuperMail.Dispatch.Composing;

/// <summary>Where in a part a value stands, and so how its characters are written before the transfer encoding.</summary>
internal enum ValueContext
{
    /// <summary>Plain text: as it is.</summary>
    Text = 0,

    /// <summary>HTML text or a quoted attribute: the five characters that mean something become references.</summary>
    Html,

    /// <summary>A component of a URL: all but RFC 3986 §2.3's unreserved characters is percent-encoded.</summary>
    UrlComponent,

    /// <summary>A whole URL in an attribute: checked by <see cref="UrlRule"/>, then written as HTML.</summary>
    WholeUrl,
}

/// <summary>Which characters a context may write without a look, quoted-printable included (RFC 2045 §6.7 rule 2).</summary>
internal static class PlainCharacters
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    private const string Others = "!#$%()*+,/:;?@[\\]^`{|} \t";

    private static readonly SearchValues<char> Text = SearchValues.Create(Unreserved + Others + "&<>\"'");
    private static readonly SearchValues<char> Html = SearchValues.Create(Unreserved + Others);
    private static readonly SearchValues<char> Url = SearchValues.Create(Unreserved);

    public static SearchValues<char> Of(ValueContext context) => context switch
    {
        ValueContext.Text => Text,
        ValueContext.UrlComponent => Url,
        _ => Html,
    };
}
