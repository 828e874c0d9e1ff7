//! The systems there are, and what tells their records apart.

/// A system beside Salesforce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum System {
    /// Microsoft Dynamics 365, through the Dataverse Web API v9.2.
    Dynamics,
    /// Administrate, through its GraphQL API; the older REST v2 too.
    Administrate,
    /// Marketo, through its REST API.
    Marketo,
    /// Account Engagement (Pardot), through its API v5.
    AccountEngagement,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 4] =
        [Self::Dynamics, Self::Administrate, Self::Marketo, Self::AccountEngagement];

    /// The word for it in files and journals.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dynamics => "dynamics",
            Self::Administrate => "administrate",
            Self::Marketo => "marketo",
            Self::AccountEngagement => "account_engagement",
        }
    }

    /// The system with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// The field that holds a record's e-mail address.
    pub fn email_field(self) -> &'static str {
        match self {
            Self::Dynamics => "emailaddress1",
            Self::Administrate | Self::Marketo | Self::AccountEngagement => "email",
        }
    }

    /// Whether a connector of the system writes to Salesforce.
    pub fn has_connector(self) -> bool {
        matches!(self, Self::Marketo | Self::AccountEngagement)
    }

    /// The fields that a record may have without anybody having set them up.
    pub fn standard_fields(self) -> &'static [&'static str] {
        match self {
            Self::Dynamics => &[
                "firstname",
                "lastname",
                "fullname",
                "emailaddress1",
                "companyname",
                "subject",
                "telephone1",
                "mobilephone",
                "jobtitle",
                "description",
                "websiteurl",
                "address1_city",
                "address1_country",
                "address1_postalcode",
                "address1_stateorprovince",
                "leadsourcecode",
                "leadqualitycode",
                "statecode",
                "statuscode",
            ],
            Self::Administrate => {
                &["firstName", "lastName", "email", "company", "jobTitle", "telephone", "mobile"]
            }
            Self::Marketo => &[
                "firstName",
                "lastName",
                "email",
                "company",
                "title",
                "phone",
                "website",
                "city",
                "state",
                "country",
                "postalCode",
                "industry",
                "leadSource",
                "leadStatus",
                "leadScore",
            ],
            Self::AccountEngagement => &[
                "firstName",
                "lastName",
                "email",
                "company",
                "jobTitle",
                "phone",
                "website",
                "city",
                "state",
                "country",
                "zip",
                "industry",
                "source",
                "score",
                "comments",
            ],
        }
    }
}
