using System.Net;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>
/// The content of a request, or nothing in place of one, that notes when the client begins to write it.
/// </summary>
/// <remarks>
/// Until then the server has no whole request: it cannot have taken a message. A request without content gets this one
/// too, for a second reason: the client's handler repeats a GET by itself when a kept connection closes under it, and
/// the text message would go out twice. It repeats nothing whose content it began to write.
/// </remarks>
internal sealed class DepartingContent : HttpContent
{
    private readonly HttpContent? _inner;
    private volatile bool _hasDeparted;

    public DepartingContent(HttpContent? inner)
    {
        _inner = inner;
        foreach (var (name, values) in inner?.Headers.NonValidated ?? default)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    public bool HasDeparted => _hasDeparted;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _hasDeparted = true;
        return _inner?.CopyToAsync(stream, context, cancellationToken) ?? Task.CompletedTask;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _inner is null ? 0 : _inner.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner?.Dispose();
        }

        base.Dispose(disposing);
    }
}
