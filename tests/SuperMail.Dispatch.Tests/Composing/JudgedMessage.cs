using System.Globalization;
using System.Text;
using SuperMail.Dispatch.Composing;
using Xunit;

namespace SuperMail.Dispatch.Tests.Composing;

/// <summary>One generated mailing with one recipient, and what a reader must find in it.</summary>
internal sealed class JudgedMessage
{
    private readonly List<string> _headers = ["Date", "From", "Message-ID", "To", "Subject"];
    private readonly Dictionary<string, string?> _values = [];
    private readonly byte[] _file = new byte[1000];
    private readonly byte[] _image = new byte[77];
    private readonly TemplateContent _content;
    private readonly string _name;
    private readonly string _fromName;
    private readonly string _seed;
    private readonly bool _tags;
    private readonly string? _text;
    private readonly string? _html;

    public JudgedMessage(Random random, int structure)
    {
        _seed = structure.ToString(CultureInfo.InvariantCulture);
        var hasHtml = (structure & 1) != 0;
        var hasText = !hasHtml || (structure & 2) != 0;
        var inline = hasHtml && (structure & 4) != 0;
        var attached = (structure & 8) != 0;
        _tags = (structure & 16) != 0;
        random.NextBytes(_file);
        random.NextBytes(_image);
        foreach (var field in new[] { "A", "B", "C" })
        {
            _values[field] = HostileText.Make(random);
        }

        // A literal must not hold a tag's opening.
        string Literal() => HostileText.Make(random).Replace("{", "(");
        var (one, two, three) = (Literal(), Literal(), Literal());
        string[] gaps = ["", "\n", "\r\n", " ", "x", ". ", "\n.", "\nFrom "];
        var (gap1, gap2) = (gaps[random.Next(gaps.Length)], gaps[random.Next(gaps.Length)]);
        if (hasText)
        {
            var source = _tags ? $"{one}{gap1}{{{{A}}}}{gap2}{two}{{{{B}}}}{{{{C}}}}{gap2}" : $"t{one}{gap1}{two}";
            _text = _tags
                ? Intent.Text(one + gap1) + Intent.Text(_values["A"]!) + Intent.Text(gap2 + two) + Intent.Text(_values["B"]!) + Intent.Text(_values["C"]!) + Intent.Text(gap2)
                : Intent.Text(source);
            _content = new TemplateContent { Subject = "", Text = source };
        }
        else
        {
            _content = new TemplateContent { Subject = "" };
        }

        if (hasHtml)
        {
            var safe = Intent.Html(three);
            var image = inline ? "<img src='cid:logo'>" : "";
            var source = _tags
                ? $"<p>{safe}{{{{A}}}}</p>{image}<a title=\"{{{{B}}}}\" href=\"https://e.example/?q={{{{C}}}}&amp;x=1\">{gap1}</a>{{{{A}}}}{{{{B}}}}"
                : $"<p>{safe}</p>{image}";
            _html = _tags
                ? $"<p>{safe}{Intent.Html(_values["A"]!)}</p>{image}<a title=\"{Intent.Html(_values["B"]!)}\" href=\"https://e.example/?q={Intent.UrlComponent(_values["C"]!)}&amp;x=1\">{Intent.Text(gap1)}</a>{Intent.Html(_values["A"]!)}{Intent.Html(_values["B"]!)}"
                : source;
            _content = _content with { Html = source };
        }

        _name = HostileText.Make(random);
        _fromName = HostileText.Make(random);
        var headers = (structure & 32) != 0;
        var files = new List<Attachment>();
        if (attached)
        {
            files.Add(Attachment.FromBytes("f.bin", _file));
        }

        if (inline)
        {
            files.Add(Attachment.Inline("logo", "logo.png", _image, "image/png"));
        }

        _content = _content with
        {
            Subject = "S {{A}} {{B}}",
            Attachments = files,
            Headers = headers ? [new("X-One", "v {{C}}"), new("X-Two", "fixed é")] : [],
        };
        if (headers)
        {
            _headers.AddRange(["X-One", "X-Two"]);
        }

        _headers.AddRange(["MIME-Version", "Content-Type"]);
        var body = (hasText, hasHtml, inline) switch
        {
            (true, true, true) => "multipart/alternative(text/plain, multipart/related(text/html, image/png))",
            (true, true, false) => "multipart/alternative(text/plain, text/html)",
            (false, true, true) => "multipart/related(text/html, image/png)",
            (false, true, false) => "text/html",
            _ => "text/plain",
        };
        Tree = attached ? $"multipart/mixed({body}, application/octet-stream)" : body;
    }

    private string Tree { get; }

    public void Check(PythonParser python)
    {
        var definition = Composed.Definition(_content, fromName: _fromName);
        using var buffer = new MessageBuffer();
        var error = MessageComposer.Create(definition).Compose(
            Composed.Input(definition, _values, name: _name), buffer);
        Assert.True(error is null, error);
        var message = Composed.Bytes(buffer);
        Composed.AssertWireForm(message);
        Assert.False(message.AsSpan().ContainsAnyExceptInRange((byte)0, (byte)127), _seed);
        for (var i = 0; i < buffer.SegmentCount; i++)
        {
            buffer.GetSegment(i, out var mayNeedStuffing);
            Assert.False(mayNeedStuffing);
        }

        Assert.Equal(-1, message.AsSpan().IndexOf("\n."u8));
        Assert.Equal(-1, message.AsSpan().IndexOf("\nFrom "u8));
        Assert.Equal(-1, message.AsSpan().IndexOf(" \r\n"u8));
        var parsed = python.Parse(message);
        Assert.Empty(parsed.Defects);
        Assert.Equal(_headers, parsed.Headers.Select(header => header[0]).Where(name => name != "Content-Transfer-Encoding"));
        Assert.Equal(Intent.HeaderText($"S {_values["A"]} {_values["B"]}"), parsed.Header("Subject"));
        Assert.Equal([Intent.HeaderText(_name), "bob@example.org"], Assert.Single(parsed.To));
        Assert.Equal([Intent.HeaderText(_fromName), "news@example.com"], Assert.Single(parsed.From));
        if (_headers.Contains("X-One"))
        {
            Assert.Equal(Intent.HeaderText("v " + _values["C"]), parsed.Header("X-One"));
            Assert.Equal("fixed é", parsed.Header("X-Two"));
        }

        Assert.Equal(Tree, parsed.Root.ToString());
        foreach (var leaf in parsed.Root.Leaves)
        {
            CheckLeaf(leaf, alone: parsed.Root.Parts.Length == 0);
        }
    }

    private void CheckLeaf(ParsedPart leaf, bool alone)
    {
        if (leaf.Type is "image/png" or "application/octet-stream")
        {
            Assert.Equal(leaf.Type == "image/png" ? _image : _file, leaf.Bytes);
            Assert.Equal(leaf.Type == "image/png" ? "<logo>" : null, leaf.Cid);
            Assert.Equal(leaf.Type == "image/png" ? "inline" : "attachment", leaf.Disposition);
            return;
        }

        var expected = leaf.Type == "text/html" ? _html! : _text!;
        Assert.Equal("utf-8", leaf.Charset);
        // A message ends with a line break (RFC 5321 §4.1.1.4), whether the text does or not.
        Assert.Equal(expected, alone && leaf.Text.Length > expected.Length && leaf.Text.EndsWith('\n') ? leaf.Text[..^2] : leaf.Text);
    }
}
