using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;
using Platform.Shared.Errors;
using Platform.Shared.Persistence;

namespace Platform.Shared.Tests.Members;

/// <summary>The store of a small service with a person's name in it.</summary>
public sealed class MemberDbContext(DbContextOptions<MemberDbContext> options) : ServiceDbContext(options)
{
    public static readonly DomainError NameTaken = DomainError.Exists("NAME_TAKEN", "There is a member of that name.");

    public static readonly DomainError TooYoung = DomainError.Precondition("TOO_YOUNG", "A member is at least 18.");

    public DbSet<Member> Members => Set<Member>();

    protected internal override DomainError? ErrorFor(string constraint) => constraint switch
    {
        "ix_member_network_id_name" => NameTaken,
        "ck_member_age" => TooYoung,
        _ => null,
    };

    protected override void MapTables(ModelBuilder model) => model.Entity<Member>(e =>
    {
        e.ToTable("member", table => table.HasCheckConstraint("ck_member_age", "age >= 18"));
        e.HasIndex(m => new { m.NetworkId, m.Name }).IsUnique();
    });
}

public sealed class Member : ITenantOwned, IVersioned
{
    public Guid Id { get; init; }

    public Guid NetworkId { get; init; }

    public string Name { get; private set; } = string.Empty;

    public int Age { get; set; }

    public long Version { get; private set; }

    public Member Rename(string name)
    {
        Name = name;
        Version++;
        return this;
    }
}

/// <summary>Makes the tables as the model says.</summary>
[DbContext(typeof(MemberDbContext))]
[Migration("20260101000000_Members")]
public sealed class MemberMigration : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        using var db = new MemberDbContext(DesignTimeStore.Options<MemberDbContext>());
        migrationBuilder.Sql(db.Database.GenerateCreateScript());
    }
}

/// <summary>What the migration leads to: the model.</summary>
[DbContext(typeof(MemberDbContext))]
public sealed class MemberSnapshot : ModelSnapshot
{
    public override IModel Model
    {
        get
        {
            using var db = new MemberDbContext(DesignTimeStore.Options<MemberDbContext>());
            return db.GetService<IDesignTimeModel>().Model;
        }
    }

    protected override void BuildModel(ModelBuilder modelBuilder) => throw new NotSupportedException();
}
