using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Platform.Shared.Auditing;
using Platform.Shared.Hosting;
using Platform.Shared.Tests.Members;

namespace Platform.Shared.Tests.Auditing;

public sealed class AuditChainTests
{
    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task Reads_and_writes_of_a_record_leave_who_what_why_and_when(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        var member = await service.JoinAsync("Ada");
        await service.Client.ReadAsync(new ReadRequest { MemberId = member.ToString() }, service.Tokens.Clinician(service.Network));

        var entries = await service.Database.ReadAsync(
            service.Network, (db, token) => db.AuditEntries.OrderBy(e => e.Sequence).ToListAsync(token), default);

        entries.Select(e => (e.Sequence, e.Actor, e.ActorRole, e.Action, e.PersonId, e.Purpose)).ShouldBe(
        [
            (1L, "test-operator", "operator", "member.join", member, ""),
            (2L, "test-clinician", "clinician", "member.read", member, "TREATMENT"),
        ]);
        entries.ShouldAllBe(e => e.TraceId.Length == 32);
        (await VerifyAsync(service)).ShouldBe($"network {service.Network}: 2 entries, intact, head {Convert.ToHexStringLower(entries[1].Hash)}");
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task Writers_at_once_leave_no_gap(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => service.JoinAsync($"member {i}")));

        (await VerifyAsync(service)).ShouldContain(": 40 entries, intact");
    }

    [Theory]
    [InlineData("UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 3", 3, "it was changed")]
    [InlineData("DELETE FROM audit_entry WHERE sequence = 3", 3, "it is missing")]
    [InlineData("DELETE FROM audit_entry WHERE sequence = 5", 5, "it is missing; the head says that there are 5")]
    [InlineData("UPDATE audit_entry SET sequence = 9 WHERE sequence = 5; UPDATE audit_entry SET sequence = 5 WHERE sequence = 4", 4, "it is missing")]
    [InlineData("""
        INSERT INTO audit_entry (network_id, sequence, at, actor, actor_role, action, subject_kind, subject_id, purpose, trace_id, previous_hash, hash)
        SELECT network_id, 6, at, actor, actor_role, action, subject_kind, subject_id, purpose, trace_id, previous_hash, hash
        FROM audit_entry WHERE sequence = 5
        """, 6, "it was inserted; the chain does not reach it")]
    [InlineData("UPDATE audit_entry SET person_id = NULL WHERE sequence = 1", 1, "it was changed")]
    [InlineData("UPDATE audit_head SET sequence = 4", 4, "the head has another hash")]
    public async Task Tampering_is_found_and_the_entry_named(string tampering, long at, string what)
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Sqlite);
        for (var i = 0; i < 5; i++)
            await service.JoinAsync($"member {i}");
        await service.Database.WriteAsync(
            service.Network, null, (db, token) => db.Database.ExecuteSqlRawAsync(tampering, token), default);

        (await VerifyAsync(service)).ShouldBe($"network {service.Network}: broken at entry {at}: {what}");
    }

    [Theory]
    [InlineData(StoreKind.Postgres)]
    [InlineData(StoreKind.Sqlite)]
    public async Task The_command_verifies_all_networks_and_exits_1_when_one_is_broken(StoreKind store)
    {
        await using var service = await MemberHost.StartAsync(store);
        await service.JoinAsync("Ada");
        var other = Guid.CreateVersion7();
        await service.Client.JoinAsync(service.JoinRequest("Grace"), service.Tokens.Operator(other));
        (await RunAsync("verify")).ShouldBe(0);

        await service.Database.WriteAsync(
            other, null,
            (db, token) => db.Database.ExecuteSqlAsync($"UPDATE audit_head SET sequence = 2 WHERE network_id = {other}", token), default);

        (await RunAsync("verify")).ShouldBe(1);
        (await RunAsync("verify", "--network", $"{other}")).ShouldBe(1);
        (await RunAsync("verify", "--network", $"{service.Network}")).ShouldBe(0);

        Task<int> RunAsync(params string[] words) => service.Host.Services.GetServices<Verb>()
            .Single(verb => verb.Name == "audit").RunAsync(service.Host.Services, words, CancellationToken.None);
    }

    [Fact]
    public void Two_entries_that_differ_only_in_where_a_field_ends_have_different_hashes()
    {
        AuditHash.Of(new AuditEntry { Actor = "ab", ActorRole = "c" }).ShouldNotBe(AuditHash.Of(new AuditEntry { Actor = "a", ActorRole = "bc" }));
    }

    [Fact]
    public async Task A_note_without_an_actor_is_a_fault_and_nothing_is_written()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Sqlite);

        await Should.ThrowAsync<InvalidOperationException>(() => service.Database.WriteAsync(
            service.Network,
            actor: null,
            (db, _) =>
            {
                db.Members.Add(new Member { Id = db.NewId(), NetworkId = service.Network, Age = 30 }.Rename("Ada"));
                db.Audit(new AuditNote("member.join", "member", Guid.NewGuid()));
                return Task.FromResult(true);
            },
            CancellationToken.None));

        (await service.Database.ReadAsync(service.Network, (db, token) => db.Members.CountAsync(token), default)).ShouldBe(0);
    }

    private static async Task<string> VerifyAsync(MemberHost service)
    {
        var verifier = service.Host.Services.GetRequiredService<AuditVerifier<MemberDbContext>>();
        return (await verifier.VerifyAsync(service.Network, CancellationToken.None).SingleAsync()).ToString();
    }
}
