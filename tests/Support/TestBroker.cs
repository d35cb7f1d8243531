using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace Platform.Support;

/// <summary>
/// A virtual host of its own on a broker, so that queues and exchanges of tests never meet. It is made through the
/// management API, in hundredths of a second; <c>rabbitmqctl</c> would start an Erlang machine each time. Disposed, the
/// virtual host is deleted with all that is in it.
/// </summary>
public sealed class TestBroker : IAsyncDisposable
{
    private readonly HttpClient management;
    private readonly string name;

    private TestBroker(HttpClient management, string name, string connectionString)
    {
        this.management = management;
        this.name = name;
        ConnectionString = connectionString;
    }

    /// <summary>The AMQP address of the virtual host.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates one on the shared broker, or on <paramref name="server"/>.</summary>
    public static async Task<TestBroker> CreateAsync(string prefix, RabbitMqServer? server = null)
    {
        var (address, api) = server is null ? await TestServers.RabbitMqAsync() : (server.ConnectionString, server.Management);
        var client = new HttpClient { BaseAddress = new Uri(api.GetLeftPart(UriPartial.Scheme) + api.Authority) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(api.UserInfo))));
        var vhost = $"{prefix}-{Guid.NewGuid():n}";
        var user = Uri.UnescapeDataString(new Uri(address).UserInfo.Split(':')[0]);
        (await client.PutAsync($"/api/vhosts/{vhost}", content: null)).EnsureSuccessStatusCode();
        (await client.PutAsJsonAsync(
            $"/api/permissions/{vhost}/{user}", new { configure = ".*", write = ".*", read = ".*" })).EnsureSuccessStatusCode();
        return new TestBroker(client, vhost, new UriBuilder(address) { Path = vhost }.Uri.AbsoluteUri);
    }

    /// <summary>Deletes the virtual host. A broker that the test left stopped has nothing to delete.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            var answer = await management.DeleteAsync($"/api/vhosts/{name}");
            if (answer.StatusCode != HttpStatusCode.NotFound)
                answer.EnsureSuccessStatusCode();
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError)
        {
            // The broker of the test's own is gone, and the virtual host with it.
        }
        management.Dispose();
    }
}
