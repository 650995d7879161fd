using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Xml;

namespace SuperMail.Dispatch.SmsGateways.Http;

/// <summary>Bodies whose writers encode every value: no text of a message can become markup.</summary>
internal static class Bodies
{
    public static HttpContent Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return Of(buffer, new MediaTypeHeaderValue("application/json"));
    }

    /// <summary>XML that declares the encoding that it is in; characters that the encoding lacks become references.</summary>
    public static HttpContent Xml(Encoding encoding, Action<XmlWriter> write)
    {
        using var buffer = new MemoryStream();

        // LF within a text stands as it is: the default would write CR LF for it.
        using (var writer = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = encoding, NewLineHandling = NewLineHandling.None }))
        {
            write(writer);
        }

        return Of(buffer, new MediaTypeHeaderValue("text/xml") { CharSet = encoding.WebName });
    }

    public static HttpContent Form(IEnumerable<KeyValuePair<string, string?>> fields) =>
        new FormUrlEncodedContent(fields.Where(static f => f.Value is not null)!);

    private static ByteArrayContent Of(MemoryStream buffer, MediaTypeHeaderValue type) =>
        new(buffer.ToArray()) { Headers = { ContentType = type } };
}
