using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Platform.Support;

/// <summary>
/// Loopback ports for servers that tests start. They lie below the range that the system hands to outgoing connections
/// (32768 and up), so that nothing takes the port of a server while a test has it stopped.
/// </summary>
public static class FreePort
{
    private const int Lowest = 12_000;
    private const int Highest = 32_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>The first of <paramref name="count"/> consecutive ports that nothing listens on, never given twice to one process.</summary>
    public static int Next(int count = 1)
    {
        while (true)
        {
            var first = Random.Shared.Next(Lowest, Highest - count);
            var block = Enumerable.Range(first, count);
            if (block.All(IsFree) && block.All(port => Given.TryAdd(port, true)))
                return first;
        }
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
