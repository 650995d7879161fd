using SuperMail.Dispatch.Testing;
using SuperMail.Dispatch.Tests.Composing;
using SuperMail.Dispatch.Tests.Dispatching;
using Xunit;
using static SuperMail.Dispatch.Tests.Dispatching.DispatcherUnderTest;

namespace SuperMail.Dispatch.Tests.Hostile.Judges;

/// <summary>
/// What other people's parsers read in a message that went through the whole engine is what was meant: three parsers,
/// every structure, by DATA and by BDAT.
/// </summary>
public sealed class ForeignJudgesTests(PythonParser python, PerlParser perl, NodeParser node)
    : IClassFixture<PythonParser>, IClassFixture<PerlParser>, IClassFixture<NodeParser>
{
    private const int Structures = 64;
    private const int RecipientsOfEach = 24;

    /// <summary>Messages that each parser judges in all.</summary>
    public const int Messages = 2 * Structures * RecipientsOfEach;

    [Theory]
    [InlineData(nameof(PythonParser), false)]
    [InlineData(nameof(PythonParser), true)]
    [InlineData(nameof(PerlParser), false)]
    [InlineData(nameof(PerlParser), true)]
    [InlineData(nameof(NodeParser), false)]
    [InlineData(nameof(NodeParser), true)]
    public async Task Hostile_values_in_every_structure_are_read_as_they_were_meant(string judge, bool byBdat)
    {
        ForeignParser parser = judge switch
        {
            nameof(PythonParser) => python,
            nameof(PerlParser) => perl,
            _ => node,
        };
        parser.Require();
        await using var server = SmtpTestServer.Start(options => options.Chunking = byBdat);
        await using var sending = new DispatcherUnderTest(server: server);
        var random = new Random(byBdat ? 20261 : 20262);
        var judged = 0;
        for (var structure = 0; structure < Structures; structure++)
        {
            var mailing = new JudgedMailing(random, structure);
            var recipients = Enumerable.Range(0, RecipientsOfEach)
                .Select(i => new JudgedRecipient(random, $"judged-{structure}-{i}@example.com"))
                .ToDictionary(recipient => recipient.Address);
            var report = await sending.Dispatcher.SendAsync(
                new EmailMailing($"Structure {structure}", mailing.Content, recipients.Values.Select(r => new Recipient(r.Address, r.Name) { Fields = r.Values }))
                {
                    FromName = mailing.FromName,
                },
                cancellationToken: Token);
            Assert.Equal(RecipientsOfEach, report.Counts.Sent);

            foreach (var message in server.Messages.Skip(judged))
            {
                judged++;
                Assert.Equal(byBdat, message.ByBdat);
                var bytes = message.Content.ToArray();
                Composed.AssertWireForm(bytes);
                mailing.Check(parser.Parse(bytes), recipients[Assert.Single(message.Recipients)]);
            }
        }

        Assert.Equal(Messages / 2, judged);
    }
}
