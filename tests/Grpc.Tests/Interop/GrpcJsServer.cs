using System.Diagnostics;

namespace Platform.Grpc.Tests.Interop;

/// <summary>The interop server of <c>js/server.js</c>, one for all tests of a class.</summary>
public sealed class GrpcJsServer : IAsyncLifetime
{
    private Process? _process;

    public string Address { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        (_process, var port) = await Node.StartAsync("server.js");
        Address = $"http://127.0.0.1:{port}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
