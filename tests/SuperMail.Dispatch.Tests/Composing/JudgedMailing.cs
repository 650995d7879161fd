using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>One generated mailing: its content, and what a reader must find of it in every message.</summary>
/// <remarks>
/// The bits of its structure: 1 HTML, 2 text beside it, 4 an inline image, 8 attachments, 16 tags in the bodies,
/// 32 headers of its own.
/// </remarks>
internal sealed class JudgedMailing
{
    private static readonly string[] Gaps = ["", "\n", "\r\n", " ", "x", ". ", "\n.", "\nFrom "];

    /// <summary>Names as they are given, and as a reader shows them. None like an encoded-word: mailparser decodes it even where RFC 2231 has encoded it.</summary>
    private static readonly (string Given, string Shown)[] FileNames =
    [
        ("plain.pdf", "plain.pdf"), ("résumé – 履歴書.pdf", "résumé – 履歴書.pdf"), ("تقرير.pdf", "تقرير.pdf"), ("שלום.txt", "שלום.txt"),
        ("Ωμέγα Привет हिन्दी ไทย 한국어.doc", "Ωμέγα Привет हिन्दी ไทย 한국어.doc"), ("😀.png", "😀.png"), ("../../etc/passwd", "passwd"),
        ("say \"hi\" 'there'.txt", "say \"hi\" 'there'.txt"), ("x\r\nBcc: eve@evil.example", "x__Bcc: eve@evil.example"),
        ("a;b=c.txt", "a;b=c.txt"), ("100%.txt", "100%.txt"), ("utf-8''x.txt", "utf-8''x.txt"), ("nul\0.txt", "nul_.txt"),
        ("lone\uD800.txt", "lone\uFFFD.txt"), ("\u202Efdp.exe", "\u202Efdp.exe"), ("..", "attachment"),
    ];

    private readonly byte[] _image = new byte[77];
    private readonly byte[] _file;
    private readonly string _shownFile;
    private readonly string _one;
    private readonly string _two;
    private readonly string _three;
    private readonly string _gap1;
    private readonly string _gap2;
    private readonly bool _tags;
    private readonly bool _headers;
    private readonly bool _inline;

    public JudgedMailing(Random random, int structure)
    {
        HasHtml = (structure & 1) != 0;
        HasText = !HasHtml || (structure & 2) != 0;
        _inline = HasHtml && (structure & 4) != 0;
        var attached = (structure & 8) != 0;
        _tags = (structure & 16) != 0;
        _headers = (structure & 32) != 0;
        _file = new byte[random.Next(4) == 0 ? 0 : 1000];
        random.NextBytes(_file);
        random.NextBytes(_image);
        (_one, _two, _three) = (Literal(random), Literal(random), Literal(random));
        (_gap1, _gap2) = (Gaps[random.Next(Gaps.Length)], Gaps[random.Next(Gaps.Length)]);
        FromName = "N" + HostileText.Make(random); // without one, the mailbox's name stands there
        (var givenFile, _shownFile) = FileNames[random.Next(FileNames.Length)];
        var files = new List<Attachment>();
        if (attached)
        {
            files.Add(Attachment.FromBytes(givenFile, _file));
        }

        if (_inline)
        {
            files.Add(Attachment.Inline("logo", "logo.png", _image, "image/png"));
        }

        Content = new TemplateContent
        {
            Subject = "S {{A}} {{B}}",
            Text = HasText ? TextSource : null,
            Html = HasHtml ? HtmlSource : null,
            Attachments = files,
            Headers = _headers ? [new("X-One", "v {{C}}"), new("X-Two", "fixed é")] : [],
        };
        var body = (HasText, HasHtml, _inline) switch
        {
            (true, true, true) => "multipart/alternative(text/plain, multipart/related(text/html, image/png))",
            (true, true, false) => "multipart/alternative(text/plain, text/html)",
            (false, true, true) => "multipart/related(text/html, image/png)",
            (false, true, false) => "text/html",
            _ => "text/plain",
        };
        Tree = attached ? $"multipart/mixed({body}, application/octet-stream)" : body;
    }

    public TemplateContent Content { get; }

    public string FromName { get; }

    private bool HasText { get; }

    private bool HasHtml { get; }

    private string Tree { get; }

    private string TextSource => _tags ? $"{_one}{_gap1}{{{{A}}}}{_gap2}{_two}{{{{B}}}}{{{{C}}}}{_gap2}" : $"t{_one}{_gap1}{_two}";

    private string HtmlSource => _tags
        ? $"<p>{Intent.Html(_three)}{{{{A}}}}</p>{Image}<a title=\"{{{{B}}}}\" href=\"https://e.example/?q={{{{C}}}}&amp;x=1\">{_gap1}</a>{{{{A}}}}{{{{B}}}}"
        : $"<p>{Intent.Html(_three)}</p>{Image}";

    private string Image => _inline ? "<img src='cid:logo'>" : "";

    /// <summary>Holds what a parser read of one message against what was meant.</summary>
    public void Check(ParsedMessage read, JudgedRecipient recipient)
    {
        Assert.Empty(read.Defects);
        string[] names = ["Date", "From", "Message-ID", "To", "Subject", .. _headers ? (string[])["X-One", "X-Two"] : [], "MIME-Version", "Content-Type"];
        Assert.Equal(names, read.Headers.Select(header => header[0]).Where(name => name != "Content-Transfer-Encoding"));
        Assert.Equal(HeaderText($"S {recipient.A} {recipient.B}"), Shown(read.Header("Subject")));
        var to = Assert.Single(read.To);
        Assert.Equal((HeaderText(recipient.Name), recipient.Address), (Shown(to[0]), to[1]));
        Assert.Equal(HeaderText(FromName), Shown(Assert.Single(read.From)[0]));
        if (_headers)
        {
            Assert.Equal(HeaderText("v " + recipient.C), Shown(read.Header("X-One")));
            Assert.Equal("fixed é", read.Header("X-Two"));
        }

        Assert.Equal(Tree, read.Root.ToString());
        foreach (var leaf in read.Root.Leaves)
        {
            CheckLeaf(leaf, recipient, isAlone: read.Root.Parts.Length == 0);
        }
    }

    private void CheckLeaf(ParsedPart leaf, JudgedRecipient recipient, bool isAlone)
    {
        if (leaf.Type is "image/png" or "application/octet-stream")
        {
            var isImage = leaf.Type == "image/png";
            Assert.Equal(isImage ? _image : _file, leaf.Bytes);
            Assert.Equal(
                isImage ? ("<logo>", "inline", "logo.png") : (null, "attachment", _shownFile), (leaf.Cid, leaf.Disposition, leaf.Filename));
            return;
        }

        // Some parsers give lines with LF alone.
        var expected = (leaf.Type == "text/html" ? Html(recipient) : Text(recipient)).Replace("\r\n", "\n");
        var found = leaf.Text.Replace("\r\n", "\n");
        Assert.Equal("utf-8", leaf.Charset);
        // A message ends with a line break (RFC 5321 §4.1.1.4), whether the text does or not.
        Assert.Equal(expected, isAlone && found.Length > expected.Length && found.EndsWith('\n') ? found[..^1] : found);
    }

    private string Text(JudgedRecipient recipient) => !_tags
        ? Intent.Text(TextSource)
        : Intent.Text(_one + _gap1) + Intent.Text(recipient.A) + Intent.Text(_gap2 + _two) + Intent.Text(recipient.B)
            + Intent.Text(recipient.C) + Intent.Text(_gap2);

    private string Html(JudgedRecipient recipient) => !_tags
        ? HtmlSource
        : $"<p>{Intent.Html(_three)}{Intent.Html(recipient.A)}</p>{Image}<a title=\"{Intent.Html(recipient.B)}\" "
            + $"href=\"https://e.example/?q={Intent.UrlComponent(recipient.C)}&amp;x=1\">{Intent.Text(_gap1)}</a>"
            + Intent.Html(recipient.A) + Intent.Html(recipient.B);

    private static string HeaderText(string value) => Shown(Intent.HeaderText(value));

    // Perl decodes headers by a strict UTF-8 that knows no noncharacters.
    private static string Shown(string text) => text.Replace('\uFFFF', '\uFFFD');

    // A literal must not hold a tag's opening.
    private static string Literal(Random random) => HostileText.Make(random).Replace("{", "(");
}

/// <summary>One recipient of a generated mailing.</summary>
internal sealed class JudgedRecipient(Random random, string address)
{
    // Each well under what a header takes, so that the subject can hold two.
    public string A { get; } = HostileText.Make(random);

    public string B { get; } = HostileText.Make(random) is { Length: < 5000 } text ? text : "";

    public string C { get; } = HostileText.Make(random);

    public string Name { get; } = HostileText.Make(random);

    public string Address { get; } = address;

    public Dictionary<string, string?> Values => new() { ["A"] = A, ["B"] = B, ["C"] = C };
}
