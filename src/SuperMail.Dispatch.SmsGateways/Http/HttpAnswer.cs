using System.Net;
using System.Text;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>What a provider answered, as far as it was read.</summary>
internal sealed class HttpAnswer
{
    /// <summary>No provider's answer comes near; a body without end must not take the host's memory.</summary>
    public const int MaxBody = 1024 * 1024;

    private HttpAnswer(HttpStatusCode status, byte[] body, Encoding encoding, bool isWhole, TimeSpan? retryAfter)
    {
        (Status, Body, Encoding, IsWhole, RetryAfter) = (status, body, encoding, isWhole, retryAfter);
    }

    public HttpStatusCode Status { get; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The body; empty when it was cut or longer than <see cref="MaxBody"/>.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The charset that the answer names; UTF-8 when it names none that is known.</summary>
    public Encoding Encoding { get; }

    /// <summary>False when the body was cut or too long: only the status can be trusted.</summary>
    public bool IsWhole { get; }

    /// <summary>What the answer says about coming back, within <see cref="RetryAfterField"/>'s bounds.</summary>
    public TimeSpan? RetryAfter { get; }

    public string Text => Encoding.GetString(Body.Span);

    public static async Task<HttpAnswer> ReadAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        var retryAfter = RetryAfterField.Of(response.Headers.RetryAfter, time);
        var encoding = Charset(response.Content.Headers.ContentType?.CharSet);
        try
        {
            var body = await BodyAsync(response.Content, cancellationToken).ConfigureAwait(false);
            return new HttpAnswer(response.StatusCode, body ?? [], encoding, body is not null, retryAfter);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return new HttpAnswer(response.StatusCode, [], encoding, isWhole: false, retryAfter);
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxBody)
        {
            return null;
        }

        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = stream.ConfigureAwait(false);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    private static Encoding Charset(string? name) => name?.Trim('"').ToUpperInvariant() switch
    {
        "ISO-8859-1" or "LATIN1" => Encoding.Latin1,
        "UTF-16" => Encoding.Unicode,
        _ => Encoding.UTF8,
    };
}
