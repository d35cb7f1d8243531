using Docker.DotNet;
using DotNet.Testcontainers.Containers;

namespace Platform.Support;

/// <summary>
/// A server of a test's own in a container, to be stopped, killed, frozen and started again on the same port with the same
/// data. Testcontainers' reaper removes it when this process is gone, however it died.
/// </summary>
public abstract class TestServer : IAsyncDisposable
{
    private readonly IContainer container;

    private protected TestServer(IContainer container) => this.container = container;

    /// <summary>How its clients reach it, with name and password.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>The machine that the container's ports are published on.</summary>
    private protected string Hostname => container.Hostname;

    /// <summary>Starts it again after a stop or a kill, on the same port with the same data. Does nothing when it runs.</summary>
    public async Task RestartAsync()
    {
        if (container.State != TestcontainersStates.Running)
            await container.StartAsync();
    }

    /// <summary>Ends it without warning, with all its processes, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (container.State != TestcontainersStates.Running)
            return;
        try
        {
            // -1 is every process but the first, which is an init that ends with its child (see the builders).
            await container.ExecAsync(["sh", "-c", "kill -KILL -1"]);
        }
        catch (DockerApiException)
        {
            // The container was gone before the command could report.
        }
        // Nothing is left to stop; this waits for the end and makes Testcontainers see it.
        await container.StopAsync();
    }

    /// <summary>Ends it in order, breaking open connections.</summary>
    public Task StopAsync() => container.StopAsync();

    /// <summary>Freezes it: connections stay open and nothing answers.</summary>
    public Task PauseAsync() => container.PauseAsync();

    /// <summary>Lets a paused server go on.</summary>
    public Task ResumeAsync() => container.UnpauseAsync();

    /// <summary>Ends it and removes its data.</summary>
    public async ValueTask DisposeAsync()
    {
        await container.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
