using Microsoft.EntityFrameworkCore;

namespace Platform.Architecture.Fixtures.There
{
    internal sealed class ThereDbContext : DbContext;
}

namespace Platform.Architecture.Fixtures.Here
{
    internal sealed class HereDbContext : DbContext;

    internal sealed class OwnReport
    {
        public static int Rows(HereDbContext db) => db.ChangeTracker.Entries().Count();
    }

    internal sealed class ForeignReport
    {
        public static int Rows()
        {
            using var db = new There.ThereDbContext();
            return db.ChangeTracker.Entries().Count();
        }
    }
}
