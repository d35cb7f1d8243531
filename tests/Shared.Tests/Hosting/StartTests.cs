using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Platform.Shared.Hosting;
using Platform.Shared.Security;
using Platform.Shared.Tests.Members;
using Platform.Support;

namespace Platform.Shared.Tests.Hosting;

/// <summary>What is refused at start, and how it is said.</summary>
public sealed class StartTests
{
    [Fact]
    public void In_production_an_absent_connection_string_is_refused_by_name()
    {
        Problems("Production").ShouldContain(
            "ConnectionStrings:Postgres is not set. Set it, or say Platform:Embedded=true to run that part inside the process.");
        Problems("Production", ("Platform:Embedded", "true")).ShouldBeEmpty();
        Problems("Production", ("ConnectionStrings:Postgres", "Host=db")).ShouldBeEmpty();
        Problems("Staging").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Platform:GrpcPort", "70000", "Platform:GrpcPort must be from 0")]
    [InlineData("Platform:GrpcPort", "8080", "must differ")]
    [InlineData("Platform:Address", "everywhere", "is not an IP address")]
    [InlineData("Platform:Tls:CertificatePath", "/no/such.pem", "cannot be read as the PEM files")]
    [InlineData("Security:Issuer", "", "Security:Issuer is not set")]
    [InlineData("Security:Issuer", "platform-services", "which is the services' own")]
    [InlineData("Security:Issuer", "platform-development", "is for Development")]
    [InlineData("Security:Audience", "", "Security:Audience is not set")]
    [InlineData("Security:ServiceSecret", "short", "at least 32 bytes; it has 5")]
    [InlineData("Security:ServiceSecret", "", "at least 32 bytes; it has 0")]
    [InlineData("Security:Jwks", "", "exactly one must be set; 0 are")]
    [InlineData("Security:Authority", "https://issuer.test", "exactly one must be set; 2 are")]
    [InlineData("Security:Jwks", "{", "is not valid")]
    [InlineData("Security:Jwks", "{\"keys\":[]}", "no key to check signatures with")]
    [InlineData("Security:Jwks", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"}]}", "symmetric key")]
    public void A_setting_that_cannot_work_is_one_clear_line(string setting, string value, string problem) =>
        Problems("Staging", (setting, value)).ShouldContain(line => line.Contains(problem));

    [Fact]
    public void The_development_issuer_is_accepted_in_development() =>
        Problems("Development", ("Security:Issuer", SecurityOptions.DevelopmentIssuer)).ShouldBeEmpty();

    [Fact]
    public async Task An_embedded_file_survives_a_restart()
    {
        using var tokens = new TestTokens();
        var data = Directory.CreateTempSubdirectory("restart-");
        var network = Guid.CreateVersion7();
        var request = new JoinRequest { RequestId = Guid.NewGuid().ToString(), Name = "Ada", Age = 30 };
        var answers = new List<JoinResponse>();
        for (var i = 0; i < 2; i++)
        {
            await using var host = await StartAsync(data, tokens);
            answers.Add(await new MemberService.MemberServiceClient(host.Channel).JoinAsync(request, tokens.Operator(network)));
        }

        answers[1].ShouldBe(answers[0]);
        data.GetFiles().ShouldHaveSingleItem().Name.ShouldBe("members.db");
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task An_embedded_file_whose_schema_was_added_to_keeps_its_rows_and_is_left_beside_the_new_one()
    {
        using var tokens = new TestTokens();
        var data = Directory.CreateTempSubdirectory("added-");
        var file = Path.Combine(data.FullName, "members.db");
        var network = Guid.CreateVersion7();
        var request = new JoinRequest { RequestId = Guid.NewGuid().ToString(), Name = "Ada", Age = 30 };
        JoinResponse before;
        await using (var host = await StartAsync(data, tokens))
            before = await new MemberService.MemberServiceClient(host.Channel).JoinAsync(request, tokens.Operator(network));
        await using (var earlier = new SqliteConnection($"Data Source={file};Pooling=false"))
        {
            await earlier.OpenAsync();
            await using var command = new SqliteCommand("ALTER TABLE member DROP COLUMN version; PRAGMA user_version = 7", earlier);
            await command.ExecuteNonQueryAsync();
        }

        for (var i = 0; i < 2; i++)
        {
            await using var host = await StartAsync(data, tokens);
            var members = new MemberService.MemberServiceClient(host.Channel);
            (await members.JoinAsync(request, tokens.Operator(network))).ShouldBe(before);
            var taken = await Should.ThrowAsync<Grpc.Core.RpcException>(async () => await members.JoinAsync(
                new JoinRequest(request) { RequestId = Guid.NewGuid().ToString() }, tokens.Operator(network)));
            taken.StatusCode.ShouldBe(Grpc.Core.StatusCode.AlreadyExists);
        }

        data.GetFiles().Select(f => f.Name).ShouldBe(["members.db", "members.db.00000007"], ignoreOrder: true);
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task An_embedded_file_of_another_schema_is_refused_and_left_as_it_is()
    {
        using var tokens = new TestTokens();
        var data = Directory.CreateTempSubdirectory("schema-");
        var file = Path.Combine(data.FullName, "members.db");
        await using (var other = new SqliteConnection($"Data Source={file};Pooling=false"))
        {
            await other.OpenAsync();
            await using var command = new SqliteCommand("CREATE TABLE treasure (id int); INSERT INTO treasure VALUES (7)", other);
            await command.ExecuteNonQueryAsync();
        }

        var refusal = await Should.ThrowAsync<StartRefusedException>(() => StartAsync(data, tokens));

        refusal.Message.ShouldContain(file);
        refusal.Message.ShouldContain("was made by another version");
        await using (var other = new SqliteConnection($"Data Source={file};Pooling=false"))
        {
            await other.OpenAsync();
            await using var command = new SqliteCommand("SELECT id FROM treasure", other);
            (await command.ExecuteScalarAsync()).ShouldBe(7L);
        }

        data.Delete(recursive: true);
    }

    [Fact]
    public async Task A_database_with_pending_migrations_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync("pending");
        await using var app = Build("Staging", ("ConnectionStrings:Postgres", database.AppConnectionString));

        var refusal = await Should.ThrowAsync<StartRefusedException>(() => app.StartAsync());

        refusal.Message.ShouldBe("The database lacks 1 migration(s), from 20260101000000_Members on. Run migrate first.");
    }

    [Fact]
    public async Task A_role_that_row_security_does_not_bind_is_refused()
    {
        var superuser = await TestServers.PostgresAsync();
        await using var app = Build("Staging", ("ConnectionStrings:Postgres", superuser));

        var refusal = await Should.ThrowAsync<StartRefusedException>(() => app.StartAsync());

        refusal.Message.ShouldContain("not bound by row-level security");
    }

    [Fact]
    public async Task Migrating_twice_and_at_once_changes_nothing_more()
    {
        await using var service = await MemberHost.StartAsync(StoreKind.Postgres);
        var migrate = service.Host.Services.GetServices<Verb>().Single(verb => verb.Name == "migrate");

        var codes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => migrate.RunAsync(service.Host.Services, [], default)));

        codes.ShouldBe([0, 0, 0]);
        await service.JoinAsync("Ada");
    }

    [Fact]
    public async Task A_missing_application_role_is_said_with_the_statement_that_makes_it()
    {
        await using var database = await TestDatabase.CreateAsync("norole");
        await using var app = Build(
            "Staging", ("ConnectionStrings:PostgresOwner", database.OwnerConnectionString), ("Platform:ApplicationRole", "no_such_role"));
        var migrate = app.Services.GetServices<Verb>().Single(verb => verb.Name == "migrate");

        var refusal = await Should.ThrowAsync<StartRefusedException>(() => migrate.RunAsync(app.Services, [], default));

        refusal.Message.ShouldContain("CREATE ROLE no_such_role LOGIN");
    }

    [Theory]
    [InlineData("dance")]
    [InlineData("migrate")]
    [InlineData("audit")]
    public async Task A_command_that_cannot_be_done_exits_1(string verb) =>
        (await Build("Staging").RunPlatformAsync([verb])).ShouldBe(1);

    [Fact]
    public async Task A_port_that_is_no_number_exits_1() =>
        (await Build("Staging", ("Platform:GrpcPort", "many")).RunPlatformAsync([])).ShouldBe(1);

    [Fact]
    public void A_connection_string_without_a_database_names_the_service_and_never_asks_for_error_details()
    {
        var connection = new NpgsqlConnectionStringBuilder(
            Shared.Persistence.StoreOptions.ConnectionString("Host=db;Include Error Detail=true", "billing"));

        connection.Database.ShouldBe("billing");
        connection.IncludeErrorDetail.ShouldBeFalse();
    }

    private static async Task<TestHost> StartAsync(DirectoryInfo data, TestTokens tokens) => await TestHost.StartAsync(
        "members", builder => builder.AddStore<MemberDbContext>(), app => app.MapGrpcService<MemberEndpoint>(), tokens,
        settings: new Dictionary<string, string?> { ["Platform:DataDirectory"] = data.FullName });

    private static List<string> Problems(string environment, params (string Setting, string Value)[] settings)
    {
        var app = Build(environment, settings);
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (AggregateException e)
        {
            return [.. e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures)];
        }
    }

    private static WebApplication Build(string environment, params (string Setting, string Value)[] settings)
    {
        using var tokens = new TestTokens();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(tokens.Settings);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Setting, s => (string?)s.Value));
        builder.AddPlatformDefaults("members");
        builder.AddStore<MemberDbContext>();
        var app = builder.Build();
        app.MapPlatformDefaults();
        return app;
    }
}
