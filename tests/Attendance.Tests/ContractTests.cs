using Microsoft.EntityFrameworkCore;
using Platform.Support;

namespace Platform.Attendance.Tests;

public class ContractTests
{
    [Fact]
    public void Every_RPC_says_who_may_call_it() => RpcPolicies.Missing(typeof(AttendanceService).Assembly).ShouldBeEmpty();

    [Fact]
    public async Task The_migrations_say_what_the_model_says()
    {
        await using var db = new AttendanceDesignTimeFactory().CreateDbContext([]);
        db.Database.HasPendingModelChanges().ShouldBeFalse();
    }
}
