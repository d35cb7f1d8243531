using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Platform.Benchmarks.Grpc;

/// <summary>The same bytes over HTTP/2 with nothing on top: the baseline.</summary>
internal sealed class BareEcho(string address) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { EnableMultipleHttp2Connections = true });

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/bare/unary", async (HttpContext context) => await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter));
        routes.MapPost("/bare/duplex", async (HttpContext context) => await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter));
        routes.MapPost("/bare/stream/{count:int}", async (HttpContext context, int count) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            for (var i = 0; i < count; i++)
            {
                await context.Response.BodyWriter.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
            }
        });
    }

    public async Task UnaryAsync(byte[] bytes)
    {
        using var response = await SendAsync("/bare/unary", new ByteArrayContent(bytes));
        await response.Content.ReadAsByteArrayAsync();
    }

    public async Task StreamAsync(byte[] bytes, int count)
    {
        using var response = await SendAsync($"/bare/stream/{count}", new ByteArrayContent(bytes));
        await using var body = await response.Content.ReadAsStreamAsync();
        var message = new byte[bytes.Length];
        for (var i = 0; i < count; i++)
        {
            await body.ReadExactlyAsync(message);
        }
    }

    public async Task<BareDuplex> OpenDuplexAsync()
    {
        var content = new OpenContent();
        var response = SendAsync("/bare/duplex", content);
        return new BareDuplex(await content.Opened, response, content);
    }

    public void Dispose() => _http.Dispose();

    private Task<HttpResponseMessage> SendAsync(string path, HttpContent content) => _http.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, address + path)
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content,
        },
        CancellationToken.None);
}

/// <summary>An open request whose body comes back as it is sent.</summary>
internal sealed class BareDuplex(Stream request, Task<HttpResponseMessage> response, OpenContent content)
{
    private readonly byte[] _received = new byte[4096];
    private Stream? _body;

    public async Task PingAsync(byte[] bytes)
    {
        await request.WriteAsync(bytes);
        await request.FlushAsync();
        _body ??= await (await response).Content.ReadAsStreamAsync();
        await _body.ReadExactlyAsync(_received.AsMemory(0, bytes.Length));
    }

    public void Close() => content.Close();
}

/// <summary>A request body that is written from outside until it is closed.</summary>
internal sealed class OpenContent : HttpContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Stream> Opened => _opened.Task;

    public void Close() => _closed.SetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.FlushAsync();
        _opened.SetResult(stream);
        await _closed.Task;
    }

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}
