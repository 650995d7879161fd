using System.Buffers;
using System.Text;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Fuzz;

/// <summary>The template compiler: it compiles or refuses, and no value adds markup to what it compiled.</summary>
internal sealed class TemplateTarget : FuzzTarget
{
    private const string Attack = "\"'><script>alert(1)</script><a href='javascript:x'>&lt;--";

    public override string Name => "template";

    public override IReadOnlyList<string> Corpus { get; } =
    [
        "<p>Hello {{Name}}, welcome.</p>", "<a href=\"https://shop.example/?u={{Id}}\">{{Name|friend}}</a>", "<a href='{{Url}}'>x</a>", "<p title='{{T}}' class=\"{{T}}\">{{T}}</p>",
        "<script>var x = '{{T}}'</script>", "<style>{{T}}</style>", "<!-- {{T}} -->", "<p {{T}}>", "<p class={{T}}>", "<{{T}}>", "<img src=x onerror=\"{{T}}\">", "<a href=\"javascript:{{T}}\">",
        "{{{{literal}}", "{{Name", "{{}}", "{{a|b|c}}", "{{ a }}{{b}}", "<title>{{T}}</title>", "<textarea>{{T}}</textarea>", "<svg><a xlink:href=\"{{U}}\">", "<p>a</p \">{{T}}", "<!--><p>{{T}}",
        "<script><!--<script></script>{{T}}</script>", "</scriptx</scripty", "<a href=\"&#106;avascript:{{T}}\">", "{{T}}", "",
    ];

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        "{{T}}", "{{U}}", "{{T|x}}", "{{", "}}", "<p>", "</p>", "<a href=\"", "<a href='", "\">", "'>", "<!--", "-->", "--!>", "<script>", "</script>", "<style>", "</style>", "<title>", "</title>",
        "<img src=", " onclick=\"", " style='", "javascript:", "https://x/", "data:", "&", "&#58;", "/", "=", "\"", "'", "<?", "<![CDATA[", "]]>", "</", "<svg>", "<meta content=\"",
    ];

    // Each is compiled whole and composed twice.
    public override long AllowedOperations(int length) => 400_000 + (1000L * length);

    public override bool Run(string input)
    {
        IMessageComposer composer;
        EmailDefinition definition;
        try
        {
            var content = new TemplateContent { Subject = "x", Html = input };
            definition = new EmailDefinition
            {
                Id = MailingId.Parse("0193500000007000800000000000abcd"),
                Name = "fuzz",
                Content = content,
                FieldNames = TemplateFields.Collect(content, null, null),
                From = EmailAddress.Parse("news@example.com"),
                Date = DateTimeOffset.UnixEpoch,
            };
            composer = MessageComposer.Create(definition);
        }
        catch (MailingRefusedException refusal)
        {
            Require(!refusal.Message.Any(char.IsControl), "a refusal holds a control character");
            return false;
        }

        if (definition.FieldNames.Count == 0)
        {
            return true;
        }

        // A whole URL is taken or refused; elsewhere any text is.
        var harmless = Compose(composer, definition, "x") ?? Compose(composer, definition, "https://x");
        var hostile = Compose(composer, definition, Attack);
        if (harmless is not null && hostile is not null)
        {
            Require(Count(hostile, "<>\"'") == Count(harmless, "<>\"'"), "a value has added markup");
        }

        return true;
    }

    private static string? Compose(IMessageComposer composer, EmailDefinition definition, string value)
    {
        using var buffer = new MessageBuffer();
        var values = new string?[definition.FieldNames.Count];
        Array.Fill(values, value);
        if (composer.Compose(new ComposeInput(1, EmailAddress.Parse("bob@example.org"), null, values, default), buffer) is not null)
        {
            return null;
        }

        var writer = new ArrayBufferWriter<byte>();
        buffer.CopyTo(writer);
        var message = Encoding.ASCII.GetString(writer.WrittenSpan);
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return Encoding.UTF8.GetString(HeaderReading.Q(body.Replace("=\r\n", "", StringComparison.Ordinal), isHeader: false));
    }

    private static int Count(string text, string characters) => text.Count(characters.Contains);
}
