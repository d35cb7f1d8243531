using System.Collections.Concurrent;
using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Platform.Shared.Errors;
using Platform.Shared.Tests.Members;

namespace Platform.Shared.Tests.Hosting;

/// <summary>A person's name goes into the store and to who may read it; into nothing that operators collect.</summary>
public sealed class PrivacyTests
{
    private const string Marked = "Zebedee-Quux";

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_name_is_in_no_log_no_trace_and_no_error(StoreKind store)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await MemberHost.StartAsync(
            store,
            new Dictionary<string, string?> { ["Logging:LogLevel:Default"] = "Debug", ["Logging:LogLevel:Microsoft"] = "Debug" });
        service.Host.Logs.Expect("Platform.Shared.Errors", "FormatException");
        var failures = new List<RpcException>();

        var member = await service.JoinAsync(Marked);
        (await service.Client.ReadAsync(new ReadRequest { MemberId = $"{member}" }, service.Operator)).Name.ShouldBe(Marked);
        await FailAsync(service.JoinRequest(Marked));
        await FailAsync(service.JoinRequest($"{Marked} II", fault: "bug"));
        await FailAsync(service.JoinRequest($"{Marked} III", fault: "domain"));
        await FailAsync(new JoinRequest(service.JoinRequest($"{Marked} IV")) { Age = 3 });
        await FailAsync(service.JoinRequest($"{Marked}\u0007"));

        failures.Count.ShouldBe(5);
        failures.ShouldAllBe(failure => !failure.ToString().Contains(Marked) && !$"{failure.GetRpcStatus()}".Contains(Marked));
        service.Host.Logs.Entries.ShouldContain(entry => entry.Level == LogLevel.Debug && entry.Category.StartsWith("Microsoft.Entity"));
        service.Host.Logs.Text.ShouldNotContain(Marked);
        spans.Select(span => span.Source.Name).ShouldContain("Microsoft.AspNetCore");
        if (store == StoreKind.Postgres)
            spans.Select(span => span.Source.Name).ShouldContain("Npgsql");
        foreach (var span in spans)
        {
            var values = span.TagObjects.Concat(span.Events.SelectMany(e => e.Tags)).Select(tag => tag.Value?.ToString());
            string.Join('\n', values.Append(span.DisplayName).Append(span.StatusDescription)).ShouldNotContain(Marked);
        }

        async Task FailAsync(JoinRequest request) =>
            failures.Add(await Should.ThrowAsync<RpcException>(async () => await service.Client.JoinAsync(request, service.Operator)));
    }

    [Fact]
    public void An_exception_is_described_by_type_and_place_and_never_by_its_message()
    {
        Exception thrown;
        try
        {
            Faults.Throw("bug", Marked);
            throw new InvalidOperationException();
        }
        catch (FormatException e)
        {
            thrown = e;
        }

        var text = SafeException.Describe(thrown);

        text.ShouldContain("System.FormatException");
        text.ShouldContain(nameof(Faults.Throw));
        text.ShouldContain("---> System.InvalidOperationException");
        text.ShouldNotContain(Marked);
    }
}
