using BenchmarkDotNet.Attributes;
using SuperMail.Dispatch.Composing;

namespace SuperMail.Dispatch.Benchmarks;

/// <summary>One message out of a compiled template, into a buffer that is used again, as a connection does it.</summary>
[MemoryDiagnoser]
public class ComposingBenchmarks : IDisposable
{
    private static readonly string Filler = string.Join('\n', Enumerable.Repeat("A line of plain text, of the length that lines usually have.", 12));

    private static readonly TemplateContent Multipart = new()
    {
        Subject = "{{Name}}, your news of the week",
        Text = $"Dear {{{{Name}}}},\n\nyour number is {{{{Number}}}}.\n\n{Filler}\n",
        Html = $"<html><body><p>Dear {{{{Name}}}},</p><p>your number is <b>{{{{Number}}}}</b>.</p><p>{Filler}</p></body></html>",
    };

    private readonly MessageBuffer _buffer = new();
    private readonly ComposedMailing _plain = new(Multipart with { Html = null });
    private readonly ComposedMailing _multipart = new(Multipart);
    private readonly ComposedMailing _attachment = new(Multipart with { Attachments = [Attachment.FromBytes("file.bin", new byte[1024 * 1024])] });

    /// <summary>A text part with tags.</summary>
    [Benchmark(Baseline = true)]
    public long Plain() => _plain.Compose(_buffer);

    /// <summary>Text and HTML.</summary>
    [Benchmark]
    public long TextAndHtml() => _multipart.Compose(_buffer);

    /// <summary>The same with 1 MiB attached, which was encoded with the template.</summary>
    [Benchmark]
    public long WithAttachment() => _attachment.Compose(_buffer);

    /// <summary>What a mailing costs once: the template is parsed, its static parts are encoded.</summary>
    [Benchmark]
    public object CompileTemplate() => new ComposedMailing(Multipart);

    /// <summary>Gives the buffer back.</summary>
    [GlobalCleanup]
    public void Dispose() => _buffer.Dispose();

    private sealed class ComposedMailing
    {
        private readonly IMessageComposer _composer;
        private readonly ComposeInput _input;

        public ComposedMailing(TemplateContent content)
        {
            var definition = new EmailDefinition
            {
                Id = MailingId.Create(),
                Name = "Benchmark",
                Content = content,
                FieldNames = TemplateFields.Collect(content, null, null),
                From = EmailAddress.Parse("news@sender.test"),
                FromName = "News",
                Date = DateTimeOffset.UnixEpoch,
            };
            _composer = MessageComposer.Create(definition);
            string?[] values = [.. definition.FieldNames.Select(static field => field == "Name" ? "Reader 0000007" : "00000007")];
            _input = new ComposeInput(7, EmailAddress.Parse("reader0000007@private.test"), null, values, default);
        }

        public long Compose(MessageBuffer buffer)
        {
            buffer.Clear();
            return _composer.Compose(_input, buffer) is { } error ? throw new InvalidOperationException(error) : buffer.Length;
        }
    }
}
